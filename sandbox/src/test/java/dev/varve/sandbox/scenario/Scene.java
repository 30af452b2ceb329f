package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What scenarios do to a cluster and ask of it, in the words of a test. */
public final class Scene {
    /** Of a service that a node has for itself. */
    public static final int OWN_PODS = 2;

    static final String CONTAINERFILE_WITH_STRACE = "FROM configs AS final\nRUN rpm-ostree install tree strace && ostree container commit\n";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final Cluster cluster;
    private final KubernetesClient client;

    public Scene(Cluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
    }

    /** Namespace, secrets, pool, policy and MachineOSConfig of the guide. */
    public void setUp() {
        Guide.apply(client, Guide.credentials());
        Guide.apply(client, Guide.objects(client, "pool.yaml"));
        Guide.apply(client, Guide.objects(client, "policy.yaml"));
        Guide.apply(client, List.of((HasMetadata) Guide.machineOSConfig()));
    }

    /** Deployment shop/web with three replicas and its disruption budget. */
    public void applyService() {
        Guide.apply(client, Guide.service(client, cluster.serviceImage()));
    }

    /** Waits until all three replicas are ready. */
    public void awaitService() {
        client.apps().deployments().inNamespace(Guide.SERVICE_NAMESPACE).withName(Guide.SERVICE).waitUntilCondition(
                d -> d != null && d.getStatus() != null && Integer.valueOf(3).equals(d.getStatus().getReadyReplicas()),
                cluster.patience().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A service of {@link #OWN_PODS} that can run on this node only: whenever the node is updated there is something to drain. */
    public void applyOwnService(String node) {
        client.resource(new DeploymentBuilder()
                .withNewMetadata().withName("of-" + node).withNamespace(Guide.NAMESPACE).endMetadata()
                .withNewSpec()
                .withReplicas(OWN_PODS)
                .withNewSelector().addToMatchLabels("of", node).endSelector()
                .withNewTemplate()
                .withNewMetadata().addToLabels("of", node).endMetadata()
                .withNewSpec()
                .addToNodeSelector("kubernetes.io/hostname", node)
                .addNewContainer().withName("web").withImage(cluster.serviceImage()).withImagePullPolicy("IfNotPresent").endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build()).createOr(NonDeletingOperation::update);
    }

    /** Waits until its service is whole. */
    public void awaitOwnService(String node) {
        client.apps().deployments().inNamespace(Guide.NAMESPACE).withName("of-" + node).waitUntilCondition(
                d -> d != null && d.getStatus() != null && Integer.valueOf(OWN_PODS).equals(d.getStatus().getReadyReplicas()),
                cluster.patience().toMillis(), TimeUnit.MILLISECONDS);
    }

    public void deleteOwnService(String node) {
        client.apps().deployments().inNamespace(Guide.NAMESPACE).withName("of-" + node).delete();
    }

    /** Waits until an image other than that one is current. */
    public Pullspec imageAfter(String before) {
        return Pullspec.parse(await().atMost(cluster.patience()).until(this::currentImage, image -> !image.isEmpty() && !image.equals(before)));
    }

    public String currentImage() {
        Object image = config().get("status", "currentImagePullspec");
        return image == null ? "" : image.toString();
    }

    public GenericKubernetesResource config() {
        return client.genericKubernetesResources(Guide.CONFIGS).withName("layered").get();
    }

    /** The pool's condition, as status and message. */
    public String condition(ResourceDefinitionContext kind, String name, String type) {
        GenericKubernetesResource object = client.genericKubernetesResources(kind).withName(name).get();
        if (object != null && object.get("status", "conditions") instanceof List<?> conditions) {
            for (Object condition : conditions) {
                if (condition instanceof Map<?, ?> map && type.equals(map.get("type"))) {
                    return map.get("status") + ": " + map.get("message");
                }
            }
        }
        return "";
    }

    public void containerfile(String text) {
        String escaped = text.replace("\n", "\\n").replace("\"", "\\\"");
        client.genericKubernetesResources(Guide.CONFIGS).withName("layered").patch(
                MERGE,
                "{\"spec\":{\"buildInputs\":{\"containerFile\":[{\"containerfileArch\":\"noarch\",\"content\":\"" + escaped + "\"}]}}}");
    }

    public void label(String node) {
        client.nodes().withName(node).patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":{\"" + Guide.POOL_LABEL + "\":\"\"}}}");
    }

    public void unlabel(String node) {
        client.nodes().withName(node).patch(MERGE, "{\"metadata\":{\"labels\":{\"" + Guide.POOL_LABEL + "\":null}}}");
    }

    public void schedulable(String node, boolean schedulable) {
        client.nodes().withName(node).patch(MERGE, "{\"spec\":{\"unschedulable\":" + !schedulable + "}}");
    }

    public Node node(String name) {
        return client.nodes().withName(name).get();
    }

    public String annotation(String node, String key) {
        return Objects.requireNonNullElse(node(node).getMetadata().getAnnotations(), Map.<String, String>of()).getOrDefault(key, "");
    }

    public boolean cordoned(String node) {
        return Boolean.TRUE.equals(node(node).getSpec().getUnschedulable());
    }

    /** Waits until the node has reported the image, is Done and really runs it. */
    public void awaitDone(String node, Pullspec image) {
        await().atMost(cluster.patience()).untilAsserted(() -> {
            assertThat(Map.of(
                            "image", annotation(node, Keys.CURRENT_IMAGE),
                            "state", annotation(node, Keys.STATE),
                            "phase", annotation(node, Keys.PHASE),
                            "reason", annotation(node, Keys.REASON)))
                    .isEqualTo(Map.of("image", image.toString(), "state", "Done", "phase", "Idle", "reason", ""));
        });
        // Empty while it is down: the power may have been cut after all was done.
        await().atMost(cluster.patience()).untilAsserted(() -> assertThat(cluster.bootedImage(node)).hasValue(image));
    }
}
