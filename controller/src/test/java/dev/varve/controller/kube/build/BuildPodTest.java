package dev.varve.controller.kube.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.BuildSpec;
import dev.varve.contract.Pullspec;
import dev.varve.contract.RolloutSpec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.build.BuildInputs;
import dev.varve.controller.decide.build.MachineOSConfigFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BuildPodTest {
    private final Pod pod = pod();
    private final PodSpec spec = pod.getSpec();

    private static Pod pod() {
        return pod(BuildSpec.DEFAULT, BuilderSettings.DEFAULT);
    }

    private static Pod pod(BuildSpec wishes, BuilderSettings settings) {
        var build = new GenericKubernetesResourceBuilder()
                .withApiVersion("machineconfiguration.openshift.io/v1alpha1").withKind("MachineOSBuild")
                .withNewMetadata().withName("b").withUid("u").endMetadata().build();
        var config = MachineOSConfigFacts.from("layered", Map.of(), Tree.named("spec", Map.of(
                "machineConfigPool", Map.of("name", "layered"),
                "buildInputs", Map.of(
                        "baseImagePullSecret", Map.of("name", "pull"),
                        "renderedImagePushSecret", Map.of("name", "push"),
                        "renderedImagePushspec", "reg.local/a/b:t"))), "amd64");
        var inputs = new BuildInputs("rendered-1", "FROM configs", Pullspec.parse("reg.local/os@sha256:" + "a".repeat(64)),
                Optional.empty(), Pullspec.parse("reg.local/a/b"), Map.of(), List.of("pull", "push"));
        return new BuildPod("ns", settings).of(build, config, inputs, 1, wishes);
    }

    @Test
    void hasTheThreeCapabilitiesThatAUserNamespaceTakesAndNoOther() {
        assertThat(spec.getContainers()).hasSize(2).allSatisfy(container -> {
            var security = container.getSecurityContext();
            assertThat(security.getPrivileged()).isFalse();
            assertThat(security.getAllowPrivilegeEscalation()).isFalse();
            assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(security.getCapabilities().getAdd()).containsExactly("SETUID", "SETGID", "SETFCAP");
            assertThat(security.getSeccompProfile().getType()).isEqualTo("Unconfined");
        });
        assertThat(spec.getAutomountServiceAccountToken()).isFalse();
        assertThat(spec.getHostNetwork()).isNull();
    }

    @Test
    void neitherContainerSeesTheOthersSecret() {
        assertThat(mounts("image-build")).contains("pull", "context").doesNotContain("push");
        assertThat(mounts("image-push")).contains("push").doesNotContain("pull", "context");
    }

    @Test
    void bothTrustTheClustersAuthoritiesIfThereAreAny() {
        assertThat(spec.getVolumes()).filteredOn(volume -> volume.getName().equals("trust")).singleElement().satisfies(volume -> {
            assertThat(volume.getConfigMap().getName()).isEqualTo("varve-trust-bundle");
            assertThat(volume.getConfigMap().getOptional()).isTrue();
        });
        assertThat(spec.getContainers()).allSatisfy(container -> {
            assertThat(container.getEnv()).filteredOn(variable -> variable.getName().equals("SSL_CERT_DIR"))
                    .extracting(EnvVar::getValue)
                    .containsExactly("/etc/ssl/certs:/etc/pki/tls/certs:/etc/varve/trust");
            assertThat(container.getVolumeMounts()).anyMatch(mount -> mount.getMountPath().equals("/etc/varve/trust"));
        });
    }

    @Test
    void onlyTheBuildIsLentASubscriptionAndItNeedsNone() {
        assertThat(mounts("image-build")).contains("entitlement", "gpg-keys", "repositories");
        assertThat(mounts("image-push")).doesNotContain("entitlement", "gpg-keys", "repositories");
        assertThat(spec.getVolumes()).filteredOn(v -> v.getSecret() != null && v.getSecret().getSecretName().startsWith("etc-pki"))
                .hasSize(2).allMatch(v -> v.getSecret().getOptional());
    }

    @Test
    void aClaimOfThePoolIsTheStorageOfBothContainers() {
        BuildSpec wishes = RolloutSpec.from(Tree.named("spec", Map.of("build", Map.of("cache", Map.of("claimName", "layers"))))).build();
        PodSpec cached = pod(wishes, BuilderSettings.DEFAULT).getSpec();
        assertThat(cached.getVolumes()).filteredOn(v -> v.getName().equals("storage")).singleElement()
                .satisfies(v -> assertThat(v.getPersistentVolumeClaim().getClaimName()).isEqualTo("layers"));
        assertThat(spec.getVolumes()).filteredOn(v -> v.getName().equals("storage")).singleElement()
                .satisfies(v -> assertThat(v.getEmptyDir()).isNotNull());
        assertThat(cached.getContainers()).allSatisfy(container -> {
            assertThat(container.getVolumeMounts()).anyMatch(mount -> mount.getName().equals("storage") && !mount.getReadOnly());
            assertThat(container.getEnv()).anyMatch(v -> v.getName().equals("CACHE") && v.getValue().equals(BuildScripts.STORAGE));
        });
    }

    @Test
    void onlyThePushSeesTheKeyToSignWith() {
        BuildSpec wishes = RolloutSpec.from(Tree.named("spec", Map.of("build", Map.of("signing", Map.of("secretName", "key"))))).build();
        assertThat(pod(wishes, BuilderSettings.DEFAULT).getSpec().getVolumes()).filteredOn(v -> v.getName().equals("signing")).singleElement()
                .satisfies(v -> assertThat(v.getSecret().getSecretName()).isEqualTo("key"));
        assertThat(mounts("image-push")).contains("signing");
        assertThat(mounts("image-build")).doesNotContain("signing");
    }

    @Test
    void thePoolsWishesStandOverTheInstallations() {
        BuildSpec wishes = RolloutSpec.from(Tree.named("spec", Map.of("build", Map.of(
                "timeout", "10m",
                "resources", Map.of("requests", Map.of("memory", "2Gi", "cpu", 2), "limits", Map.of("memory", "8Gi")),
                "nodeSelector", Map.of("builder", "yes"),
                "tolerations", List.of(Map.of("key", "builds", "operator", "Exists", "effect", "NoExecute", "tolerationSeconds", 60)),
                "priorityClassName", "builds")))).build();
        var settings = new BuilderSettings("i", "amd64", "vfs", Map.of("cpu", "1", "ephemeral-storage", "9Gi"), Map.of(),
                Map.of("kubernetes.io/arch", "amd64"), Map.of("HTTPS_PROXY", "http://proxy:3128"));
        PodSpec wished = pod(wishes, settings).getSpec();
        assertThat(wished.getActiveDeadlineSeconds()).isEqualTo(600);
        assertThat(wished.getNodeSelector()).containsOnly(Map.entry("kubernetes.io/arch", "amd64"), Map.entry("builder", "yes"));
        assertThat(wished.getPriorityClassName()).isEqualTo("builds");
        assertThat(wished.getTolerations()).singleElement().satisfies(t -> {
            assertThat(t.getKey() + t.getOperator() + t.getEffect()).isEqualTo("buildsExistsNoExecute");
            assertThat(t.getTolerationSeconds()).isEqualTo(60);
        });
        assertThat(wished.getContainers().getFirst().getResources().getRequests()).hasToString(
                "{cpu=2, ephemeral-storage=9Gi, memory=2Gi}");
        assertThat(wished.getContainers().getFirst().getResources().getLimits()).hasToString("{memory=8Gi}");
        assertThat(wished.getContainers()).allSatisfy(container -> assertThat(container.getEnv())
                .anyMatch(v -> v.getName().equals("HTTPS_PROXY") && v.getValue().equals("http://proxy:3128")));
    }

    private List<String> mounts(String name) {
        Container container = spec.getContainers().stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
        return container.getVolumeMounts().stream().map(VolumeMount::getName).toList();
    }
}
