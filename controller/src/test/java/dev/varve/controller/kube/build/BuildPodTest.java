package dev.varve.controller.kube.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.build.BuildInputs;
import dev.varve.controller.decide.build.MachineOSConfigFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BuildPodTest {
    private final Pod pod = pod();
    private final PodSpec spec = pod.getSpec();

    private static Pod pod() {
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
        return new BuildPod("ns", BuilderSettings.DEFAULT).of(build, config, inputs, 1, Duration.ofHours(1));
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

    private List<String> mounts(String name) {
        Container container = spec.getContainers().stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
        return container.getVolumeMounts().stream().map(VolumeMount::getName).toList();
    }
}
