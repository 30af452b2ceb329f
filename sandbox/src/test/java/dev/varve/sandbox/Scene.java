package dev.varve.sandbox;

import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What scenarios do to a cluster and ask of it, in the words of a test. */
final class Scene {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final Cluster cluster;
    private final KubernetesClient client;

    Scene(Cluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
    }

    /** Namespace, secrets, pool, policy and MachineOSConfig of the guide. */
    void setUp() {
        Guide.apply(client, List.of(
                Guide.registrySecret(Guide.PULL_SECRET, Guide.BASE_HOST, "sandbox", "sandbox"),
                Guide.registrySecret(Guide.PUSH_SECRET, Guide.PUSH_HOST, "sandbox", "sandbox")));
        Guide.apply(client, Guide.objects(client, "pool.yaml"));
        Guide.apply(client, Guide.objects(client, "policy.yaml"));
        Guide.apply(client, List.of((HasMetadata) Guide.machineOSConfig()));
    }

    /** Deployment shop/web with three replicas and its disruption budget. */
    void applyService() {
        Guide.apply(client, Guide.objects(client, "service.yaml"));
    }

    /** Waits until all three replicas are ready. */
    void awaitService() {
        client.apps().deployments().inNamespace("shop").withName("web").waitUntilCondition(
                d -> d != null && d.getStatus() != null && Integer.valueOf(3).equals(d.getStatus().getReadyReplicas()),
                30, TimeUnit.SECONDS);
    }

    /** Waits until an image other than that one is current. */
    Pullspec imageAfter(String before) {
        return Pullspec.parse(await().atMost(PATIENCE).until(this::currentImage, image -> !image.isEmpty() && !image.equals(before)));
    }

    String currentImage() {
        Object image = config().get("status", "currentImagePullspec");
        return image == null ? "" : image.toString();
    }

    GenericKubernetesResource config() {
        return client.genericKubernetesResources(Guide.CONFIGS).withName("layered").get();
    }

    /** The pool's condition, as status and message. */
    String condition(io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext kind, String name, String type) {
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

    void containerfile(String text) {
        String escaped = text.replace("\n", "\\n").replace("\"", "\\\"");
        client.genericKubernetesResources(Guide.CONFIGS).withName("layered").patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\":{\"buildInputs\":{\"containerFile\":[{\"containerfileArch\":\"noarch\",\"content\":\"" + escaped + "\"}]}}}");
    }

    void label(String node) {
        client.nodes().withName(node).patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":{\"" + Guide.POOL_LABEL + "\":\"\"}}}");
    }

    Node node(String name) {
        return client.nodes().withName(name).get();
    }

    String annotation(String node, String key) {
        return Objects.requireNonNullElse(node(node).getMetadata().getAnnotations(), Map.<String, String>of()).getOrDefault(key, "");
    }

    boolean cordoned(String node) {
        return Boolean.TRUE.equals(node(node).getSpec().getUnschedulable());
    }

    /** Waits until the node has reported the image, is Done and really runs it. */
    void awaitDone(String node, Pullspec image) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            org.assertj.core.api.Assertions.assertThat(Map.of(
                            "image", annotation(node, Keys.CURRENT_IMAGE),
                            "state", annotation(node, Keys.STATE),
                            "phase", annotation(node, Keys.PHASE),
                            "reason", annotation(node, Keys.REASON)))
                    .isEqualTo(Map.of("image", image.toString(), "state", "Done", "phase", "Idle", "reason", ""));
        });
        org.assertj.core.api.Assertions.assertThat(cluster.bootedImage(node)).hasValue(image);
    }
}
