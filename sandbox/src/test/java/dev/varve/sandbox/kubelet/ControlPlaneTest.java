package dev.varve.sandbox.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpecBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stand-ins on the embedded API server, over HTTP. */
class ControlPlaneTest {
    private static final Duration SOON = TestCluster.SOON;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(TestCluster.QUICK);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void registersANodeThatCameUp() {
        cluster.upNode("worker-0");

        await().atMost(SOON).untilAsserted(() -> {
            var node = cluster.node("worker-0");
            assertThat(node).isNotNull();
            assertThat(node.getMetadata().getLabels())
                    .containsEntry("kubernetes.io/hostname", "worker-0")
                    .containsEntry("node-role.kubernetes.io/worker", "")
                    .containsEntry("topology.kubernetes.io/zone", "zone-a");
            assertThat(Nodes.isReady(node)).isTrue();
            assertThat(node.getStatus().getNodeInfo().getBootID()).isEqualTo("boot-worker-0-1");
            assertThat(node.getStatus().getNodeInfo().getKubeletVersion()).isEqualTo("v1.36.3-varve-sandbox");
        });
    }

    @Test
    void runsADeploymentSpreadOverTheNodes() {
        cluster.upNode("worker-0");
        cluster.upNode("worker-1");
        cluster.deployment("shop", 4);

        await().atMost(SOON).until(() -> cluster.ready("shop").size() == 4);
        assertThat(cluster.pods("shop")).filteredOn(pod -> pod.getSpec().getNodeName().equals("worker-0")).hasSize(2);
        await().atMost(SOON).untilAsserted(() -> assertThat(cluster.client.apps().deployments()
                .inNamespace(TestCluster.NAMESPACE).withName("shop").get().getStatus().getAvailableReplicas()).isEqualTo(4));
    }

    @Test
    void saysWhyAPodHasNoNode() {
        cluster.upNode("worker-0");
        cluster.cordon("worker-0");
        cluster.deployment("shop", 1);

        await().atMost(SOON).untilAsserted(() -> assertThat(cluster.pods("shop")).first()
                .extracting(pod -> Pods.condition(pod, "PodScheduled").orElseThrow().getMessage())
                .isEqualTo("0/1 nodes are available: 1 node(s) were unschedulable."));
    }

    @Test
    void neverDropsBelowABudgetWhileANodeIsDrained() {
        cluster.upNode("worker-0");
        cluster.upNode("worker-1");
        cluster.deployment("shop", 4);
        await().atMost(SOON).until(() -> cluster.ready("shop").size() == 4);
        budget("shop", budget -> budget.withMinAvailable(new IntOrString(3)));
        await().atMost(SOON).until(() -> Integer.valueOf(1).equals(status("shop").getDisruptionsAllowed()));
        var refusals = new AtomicInteger();
        cluster.cordon("worker-0");

        await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> {
            assertThat(cluster.ready("shop").size()).isGreaterThanOrEqualTo(3);
            List<Pod> left = cluster.pods("shop").stream().filter(pod -> "worker-0".equals(pod.getSpec().getNodeName())).toList();
            left.stream().filter(pod -> !Pods.isTerminating(pod)).filter(pod -> !cluster.evict(pod)).forEach(pod -> refusals.incrementAndGet());
            return left.isEmpty();
        });

        await().atMost(SOON).until(() -> cluster.ready("shop").size() == 4);
        assertThat(cluster.pods("shop")).allMatch(pod -> pod.getSpec().getNodeName().equals("worker-1"));
        assertThat(refusals).hasPositiveValue();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(status("shop").getDisruptedPods()).isEmpty();
            assertThat(status("shop").getDisruptionsAllowed()).isEqualTo(1);
        });
    }

    @Test
    void countsPercentagesOfTheReplicasAskedFor() {
        cluster.upNode("worker-0");
        cluster.deployment("shop", 3);
        budget("shop", budget -> budget.withMaxUnavailable(new IntOrString("34%")));

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(status("shop").getExpectedPods()).isEqualTo(3);
            // 34 % of 3, rounded up, may be away.
            assertThat(status("shop").getDesiredHealthy()).isEqualTo(1);
            assertThat(status("shop").getCurrentHealthy()).isEqualTo(3);
            assertThat(status("shop").getDisruptionsAllowed()).isEqualTo(2);
        });
    }

    @Test
    void restartsDaemonPodsInPlaceAfterABoot() {
        NodeStandIn node = cluster.upNode("worker-0");
        cluster.daemonSet("agent", Map.of());
        await().atMost(SOON).until(() -> cluster.ready("agent").size() == 1);
        Pod before = cluster.ready("agent").getFirst();

        node.wentDown();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(Nodes.ready(cluster.node("worker-0"))).contains("Unknown");
            assertThat(cluster.node("worker-0").getSpec().getTaints()).extracting(Taint::getKey).contains("node.kubernetes.io/unreachable");
            assertThat(cluster.ready("agent")).isEmpty();
        });
        node.cameUp("boot-worker-0-2", "Sandbox OS 2");

        await().atMost(SOON).until(() -> cluster.ready("agent").size() == 1);
        Pod after = cluster.ready("agent").getFirst();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getStatus().getContainerStatuses()).extracting(ContainerStatus::getRestartCount).containsExactly(1);
        assertThat(cluster.node("worker-0").getStatus().getNodeInfo().getBootID()).isEqualTo("boot-worker-0-2");
        await().atMost(SOON).until(() -> cluster.node("worker-0").getSpec().getTaints().isEmpty());
    }

    @Test
    void keepsADeletedPodUntilItsNodeIsBack() {
        NodeStandIn node = cluster.upNode("worker-0");
        cluster.daemonSet("agent", Map.of());
        await().atMost(SOON).until(() -> cluster.ready("agent").size() == 1);
        Pod pod = cluster.ready("agent").getFirst();
        node.wentDown();
        await().atMost(SOON).until(() -> cluster.ready("agent").isEmpty());
        cluster.client.resource(pod).delete();

        await().during(Duration.ofMillis(300)).atMost(SOON)
                .until(() -> cluster.pods("agent").size() == 1 && Pods.isTerminating(cluster.pods("agent").getFirst()));
        node.cameUp("boot-worker-0-2", "Sandbox OS 2");

        await().atMost(SOON).until(() -> cluster.ready("agent").size() == 1);
        assertThat(cluster.ready("agent").getFirst().getMetadata().getUid()).isNotEqualTo(pod.getMetadata().getUid());
    }

    @Test
    void runsDaemonPodsOnCordonedNodesAndOnlyOnSelectedOnes() {
        cluster.upNode("worker-0");
        cluster.upNode("worker-1");
        cluster.cordon("worker-0");
        cluster.patchNode("worker-0", "{\"metadata\":{\"labels\":{\"varve.dev/pool\":\"layered\"}}}");
        cluster.daemonSet("agent", Map.of("varve.dev/pool", "layered"));

        await().atMost(SOON).until(() -> cluster.ready("agent").size() == 1);
        assertThat(cluster.ready("agent").getFirst().getSpec().getNodeName()).isEqualTo("worker-0");

        cluster.patchNode("worker-0", "{\"metadata\":{\"labels\":{\"varve.dev/pool\":null}}}");
        cluster.patchNode("worker-1", "{\"metadata\":{\"labels\":{\"varve.dev/pool\":\"layered\"}}}");

        await().atMost(SOON).untilAsserted(() ->
                assertThat(cluster.pods("agent")).extracting(pod -> pod.getSpec().getNodeName()).containsExactly("worker-1"));
    }

    @Test
    void replacesDaemonPodsOfAnOlderTemplate() {
        cluster.upNode("worker-0");
        cluster.upNode("worker-1");
        var set = cluster.daemonSet("agent", Map.of());
        await().atMost(SOON).until(() -> cluster.ready("agent").size() == 2);

        cluster.client.resource(set).patch(PatchContext.of(PatchType.JSON_MERGE), image("example.com/agent:2"));

        await().atMost(SOON).untilAsserted(() -> {
            assertThat(cluster.ready("agent")).hasSize(2)
                    .allMatch(pod -> pod.getSpec().getContainers().getFirst().getImage().endsWith(":2"));
            var status = cluster.client.resource(set).get().getStatus();
            assertThat(status.getUpdatedNumberScheduled()).isEqualTo(2);
            assertThat(status.getNumberReady()).isEqualTo(2);
        });
    }

    @Test
    void prefersNodesThatNeedNotMove() {
        cluster.upNode("worker-0");
        cluster.upNode("worker-1");
        cluster.patchNode("worker-0", "{\"spec\":{\"taints\":[{\"key\":\"varve.dev/updating\",\"effect\":\"PreferNoSchedule\"}]}}");
        cluster.deployment("shop", 3);

        await().atMost(SOON).until(() -> cluster.ready("shop").size() == 3);
        assertThat(cluster.pods("shop")).allMatch(pod -> pod.getSpec().getNodeName().equals("worker-1"));
    }

    @Test
    void movesToANewTemplateWithoutALoss() {
        cluster.upNode("worker-0");
        var deployment = cluster.deployment("shop", 2);
        await().atMost(SOON).until(() -> cluster.ready("shop").size() == 2);

        cluster.client.resource(deployment).patch(PatchContext.of(PatchType.JSON_MERGE), image("example.com/shop:2"));

        await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> {
            assertThat(cluster.ready("shop").size()).isGreaterThanOrEqualTo(2);
            return cluster.pods("shop").size() == 2
                    && cluster.pods("shop").stream().allMatch(pod -> pod.getSpec().getContainers().getFirst().getImage().endsWith(":2"));
        });
    }

    private static String image(String image) {
        return "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"" + image + "\"}]}}}}";
    }

    private void budget(String app, UnaryOperator<PodDisruptionBudgetSpecBuilder> limits) {
        var spec = limits.apply(new PodDisruptionBudgetSpecBuilder())
                .withSelector(TestCluster.selector(app))
                .build();
        PodDisruptionBudget budget = new PodDisruptionBudgetBuilder()
                .withNewMetadata().withName(app).withNamespace(TestCluster.NAMESPACE).endMetadata()
                .withSpec(spec)
                .build();
        cluster.client.resource(budget).create();
    }

    private PodDisruptionBudgetStatus status(String app) {
        return cluster.client.policy().v1().podDisruptionBudget().inNamespace(TestCluster.NAMESPACE).withName(app)
                .waitUntilCondition(budget -> budget != null && budget.getStatus() != null, SOON.toSeconds(), TimeUnit.SECONDS).getStatus();
    }
}
