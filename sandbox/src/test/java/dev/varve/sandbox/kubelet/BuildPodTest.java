package dev.varve.sandbox.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.builder.BaseImage;
import dev.varve.sandbox.builder.Contexts;
import dev.varve.sandbox.registry.AuthFile;
import dev.varve.sandbox.registry.Credentials;
import dev.varve.sandbox.registry.Registry;
import dev.varve.sandbox.registry.RegistryAliases;
import dev.varve.sandbox.registry.RegistryClient;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A build pod from its creation to its end, against the embedded API server and registry. */
class BuildPodTest {
    private static final Duration SOON = TestCluster.SOON;
    private static final String HOST = "image-registry.openshift-image-registry.svc:5000";
    private static final Credentials BUILDER = new Credentials("builder", "s3cret");
    private static final AuthFile AUTH = new AuthFile(Map.of(HOST, BUILDER));

    private Registry registry;
    private TestCluster cluster;
    private Pullspec base;

    @BeforeEach
    void start() {
        start(Duration.ZERO);
    }

    private void start(Duration buildTime) {
        registry = Registry.start(0);
        var aliases = new RegistryAliases(Map.of(HOST, registry.url()));
        base = BaseImage.push(aliases, Pullspec.parse(HOST + "/os/base"), AUTH, "417.94.1");
        registry.require(Optional.of(BUILDER));
        cluster = new TestCluster(TestCluster.QUICK, client -> new BuildPodRunner(client, aliases, buildTime));
        cluster.upNode("worker-0");
    }

    @AfterEach
    void stop() {
        cluster.close();
        registry.close();
    }

    @Test
    void reportsTheDigestOfThePushedImage() {
        secrets("FROM " + base + " AS configs\nADD rootfs.tar /\nFROM configs AS final\nRUN rpm-ostree install tree\n");
        cluster.client.resource(buildPod()).create();

        Pod done = finished();
        assertThat(done.getStatus().getPhase()).isEqualTo("Succeeded");
        assertThat(terminated(done, "image-build").getExitCode()).isZero();
        assertThat(terminated(done, "image-push").getExitCode()).isZero();
        var digest = new Digest(terminated(done, "image-push").getMessage());
        try (var client = new RegistryClient(registry.url(), Optional.of(BUILDER))) {
            assertThat(client.image("mco/os-images", "rendered-layered-0123-abcdef01").digest()).isEqualTo(digest);
        }
        assertThat(cluster.plane.log(TestCluster.NAMESPACE, "build-x", "image-build")).contains("STEP 2/2: RUN rpm-ostree install tree");
    }

    @Test
    void reportsTheLastLinesOfABuildThatFailed() {
        secrets("FROM " + base + " AS configs\nFROM configs AS final\nRUN exit 3\n");
        cluster.client.resource(buildPod()).create();

        Pod done = finished();
        assertThat(done.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(terminated(done, "image-build").getExitCode()).isEqualTo(3);
        assertThat(terminated(done, "image-build").getMessage())
                .endsWith("Error: building at STEP \"RUN exit 3\": while running runtime: exit status 3");
        assertThat(terminated(done, "image-push").getExitCode()).isEqualTo(64);
    }

    @Test
    void failsWhereThePushSecretIsNotTheRegistrys() {
        secrets("FROM " + base + "\n");
        secret("push", Map.of(".dockerconfigjson", "{\"auths\":{}}".getBytes(StandardCharsets.UTF_8)));
        cluster.client.resource(buildPod()).create();

        Pod done = finished();
        assertThat(terminated(done, "image-build").getExitCode()).isZero();
        assertThat(terminated(done, "image-push").getExitCode()).isEqualTo(125);
        assertThat(terminated(done, "image-push").getMessage()).contains("unauthorized: authentication required");
    }

    @Test
    void losesABuildWithItsMachine() {
        restartWith(Duration.ofMinutes(10));
        NodeStandIn node = cluster.upNode("worker-1");
        secrets("FROM " + base + "\n");
        cluster.client.resource(new PodBuilder(buildPod()).editSpec().withNodeName("worker-1").endSpec().build()).create();
        await().atMost(SOON).until(() -> Pods.isReady(pod()));

        node.wentDown();
        node.cameUp("boot-worker-1-2", "Sandbox OS 1");

        Pod done = finished();
        assertThat(done.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(terminated(done, "image-build").getReason()).isEqualTo("ContainerStatusUnknown");
    }

    @Test
    void endsABuildAtItsDeadline() {
        restartWith(Duration.ofMinutes(10));
        secrets("FROM " + base + "\n");
        cluster.client.resource(new PodBuilder(buildPod()).editSpec().withActiveDeadlineSeconds(1L).endSpec().build()).create();

        Pod done = finished();
        assertThat(done.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(done.getStatus().getReason()).isEqualTo("DeadlineExceeded");
    }

    private void restartWith(Duration buildTime) {
        stop();
        start(buildTime);
    }

    private Pod pod() {
        return cluster.client.pods().inNamespace(TestCluster.NAMESPACE).withName("build-x").get();
    }

    private Pod finished() {
        await().atMost(SOON).until(() -> Pods.isFinished(pod()));
        return pod();
    }

    private static ContainerStateTerminated terminated(Pod pod, String container) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getName().equals(container))
                .findFirst().orElseThrow().getState().getTerminated();
    }

    private void secrets(String containerfile) {
        String auth = "{\"auths\":{\"" + HOST + "\":{\"auth\":\"YnVpbGRlcjpzM2NyZXQ=\"}}}";
        secret("build-context-x", Map.of("context.tar", Contexts.of(containerfile, Map.of("etc/motd", "hello\n"))));
        secret("pull", Map.of(".dockerconfigjson", auth.getBytes(StandardCharsets.UTF_8)));
        secret("push", Map.of(".dockerconfigjson", auth.getBytes(StandardCharsets.UTF_8)));
    }

    private void secret(String name, Map<String, byte[]> data) {
        var secret = new SecretBuilder().withNewMetadata().withName(name).withNamespace(TestCluster.NAMESPACE).endMetadata();
        data.forEach((key, value) -> secret.addToData(key, Base64.getEncoder().encodeToString(value)));
        cluster.client.resource(secret.build()).createOr(existing -> existing.update());
    }

    private static Pod buildPod() {
        return new PodBuilder()
                .withNewMetadata().withName("build-x").withNamespace(TestCluster.NAMESPACE).endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer().withName("image-build").withImage("builder")
                .addNewVolumeMount().withName("context").withMountPath("/context").endVolumeMount()
                .addNewVolumeMount().withName("pull").withMountPath("/credentials").endVolumeMount()
                .addNewVolumeMount().withName("entitlement").withMountPath("/entitled").endVolumeMount()
                .endContainer()
                .addNewContainer().withName("image-push").withImage("builder")
                .addNewEnv().withName("TAG").withValue(HOST + "/mco/os-images:rendered-layered-0123-abcdef01").endEnv()
                .addNewVolumeMount().withName("push").withMountPath("/credentials").endVolumeMount()
                .endContainer()
                .addNewVolume().withName("context").withNewSecret().withSecretName("build-context-x").endSecret().endVolume()
                .addNewVolume().withName("pull").withNewSecret().withSecretName("pull").endSecret().endVolume()
                .addNewVolume().withName("entitlement").withNewSecret().withSecretName("is-not-there").withOptional(true).endSecret().endVolume()
                .addNewVolume().withName("push").withNewSecret().withSecretName("push").endSecret().endVolume()
                .endSpec()
                .build();
    }
}
