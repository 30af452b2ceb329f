package dev.varve.sandbox.kubelet;

import static org.awaitility.Awaitility.await;

import dev.varve.sandbox.api.ApiServer;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The embedded API server with a control plane, and the words tests about them want. */
final class TestCluster implements AutoCloseable {
    static final String NAMESPACE = "default";
    /** No more than a bound: how long a test waits on a busy machine before it gives up. */
    static final Duration SOON = Duration.ofSeconds(20);
    static final Timings QUICK =
            new Timings(Duration.ofMillis(20), Duration.ofMillis(30), Duration.ZERO, Duration.ofMillis(30));

    private final ApiServer server = ApiServer.start(0, List.of());
    final KubernetesClient client = client(server);
    final ControlPlane plane;

    TestCluster(Timings timings) {
        plane = new ControlPlane(client, timings, List.of());
    }

    TestCluster(Timings timings, Function<KubernetesClient, PodRunner> runner) {
        plane = new ControlPlane(client, timings, List.of(runner.apply(client)));
    }

    private static KubernetesClient client(ApiServer server) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(server.url().toString())
                .withOnlyHttpWatches(true)
                // A refused eviction is an answer here, not a reason to try for a minute.
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Returns when the node is ready. */
    NodeStandIn upNode(String name) {
        NodeStandIn node = plane.addNode(new NodeSpec(name, "zone-a"));
        node.cameUp("boot-" + name + "-1", "Sandbox OS 1");
        await().atMost(SOON).until(() -> Optional.ofNullable(node(name)).filter(Nodes::isReady).isPresent());
        return node;
    }

    Deployment deployment(String name, int replicas) {
        return client.resource(new DeploymentBuilder()
                .withNewMetadata().withName(name).withNamespace(NAMESPACE).endMetadata()
                .withNewSpec().withReplicas(replicas).withSelector(selector(name)).withTemplate(template(name)).endSpec()
                .build()).create();
    }

    DaemonSet daemonSet(String name, Map<String, String> nodeSelector) {
        return client.resource(new DaemonSetBuilder()
                .withNewMetadata().withName(name).withNamespace(NAMESPACE).endMetadata()
                .withNewSpec()
                .withSelector(selector(name))
                .withNewTemplateLike(template(name))
                .editSpec().withNodeSelector(nodeSelector).endSpec()
                .endTemplate()
                .endSpec()
                .build()).create();
    }

    static LabelSelector selector(String app) {
        return new LabelSelectorBuilder().addToMatchLabels("app", app).build();
    }

    static PodTemplateSpec template(String app) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata().addToLabels("app", app).endMetadata()
                .withNewSpec().addNewContainer().withName("main").withImage("example.com/" + app).endContainer().endSpec()
                .build();
    }

    List<Pod> pods(String app) {
        return client.pods().inNamespace(NAMESPACE).withLabel("app", app).list().getItems();
    }

    List<Pod> ready(String app) {
        return pods(app).stream().filter(pod -> Pods.isReady(pod) && !Pods.isTerminating(pod)).toList();
    }

    Node node(String name) {
        return client.nodes().withName(name).get();
    }

    void patchNode(String name, String patch) {
        client.nodes().withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    void cordon(String name) {
        patchNode(name, "{\"spec\":{\"unschedulable\":true}}");
    }

    /** @return false where a budget refuses */
    boolean evict(Pod pod) {
        return client.pods().resource(pod).evict(new EvictionBuilder()
                .withNewMetadata().withName(pod.getMetadata().getName()).withNamespace(NAMESPACE).endMetadata()
                .build());
    }

    @Override
    public void close() {
        plane.close();
        client.close();
        server.close();
    }
}
