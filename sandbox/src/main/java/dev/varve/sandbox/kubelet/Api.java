package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The writes of the stand-ins. Every answer goes into what is {@link Seen} at once. A conflict or a missing object is not
 * an error here: what is seen is corrected, and the next turn decides anew.
 */
final class Api {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final KubernetesClient client;

    Api(KubernetesClient client) {
        this.client = client;
    }

    <T extends HasMetadata> boolean create(Seen<T> seen, T object) {
        return write("create", seen, object, () -> client.resource(object).create());
    }

    /** @param patch a JSON merge patch; carries a resourceVersion where it must not be applied to a newer object */
    <T extends HasMetadata> boolean patch(Seen<T> seen, T object, Map<String, ?> patch) {
        return write("patch", seen, object, () -> client.resource(object).patch(MERGE, Serialization.asJson(patch)));
    }

    /** Sets the given fields of the status by a JSON merge patch; lists are replaced as a whole. */
    <T extends HasMetadata> boolean patchStatus(Seen<T> seen, T object, Object status) {
        String patch = Serialization.asJson(Map.of("status", status));
        return write("patch status of", seen, object, () -> client.resource(object).subresource("status").patch(MERGE, patch));
    }

    /** As {@link #patchStatus}, and not at all where the object has changed since it was seen. */
    <T extends HasMetadata> boolean patchStatusLocked(Seen<T> seen, T object, Object status) {
        var lock = Map.of("resourceVersion", object.getMetadata().getResourceVersion());
        String patch = Serialization.asJson(Map.of("metadata", lock, "status", status));
        return write("patch status of", seen, object, () -> client.resource(object).subresource("status").patch(MERGE, patch));
    }

    boolean bind(Seen<Pod> seen, Pod pod, String node) {
        Binding binding = new BindingBuilder()
                .withNewMetadata().withName(pod.getMetadata().getName()).withNamespace(pod.getMetadata().getNamespace()).endMetadata()
                .withNewTarget().withApiVersion("v1").withKind("Node").withName(node).endTarget()
                .build();
        String path = "/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/" + pod.getMetadata().getName() + "/binding";
        return write("bind", seen, pod, () -> {
            client.raw(path, "POST", binding);
            return client.resource(pod).get();
        });
    }

    /** Asks for the deletion with the object's own grace period. */
    <T extends HasMetadata> boolean delete(Seen<T> seen, T object) {
        return write("delete", seen, object, () -> {
            client.resource(object).delete();
            return client.resource(object).get();
        });
    }

    /** What a kubelet does when the last process of a pod has ended. */
    boolean deleteNow(Seen<Pod> seen, Pod pod) {
        return write("delete", seen, pod, () -> {
            client.resource(pod).withGracePeriod(0).delete();
            return client.resource(pod).get();
        });
    }

    /** @return whether it was done; false where the object was another or not there */
    private <T extends HasMetadata> boolean write(String operation, Seen<T> seen, T object, Supplier<@Nullable T> call) {
        try {
            correct(seen, object, call.get());
            return true;
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != NOT_FOUND && refused.getCode() != CONFLICT) {
                throw new ClusterException(operation, object, refused);
            }
            if (object.getMetadata().getName() != null) {
                correct(seen, object, client.resource(object).get());
            }
            return false;
        }
    }

    private static <T extends HasMetadata> void correct(Seen<T> seen, T had, @Nullable T found) {
        Optional<T> now = Optional.ofNullable(found);
        String uid = had.getMetadata().getUid();
        if (uid != null && now.filter(n -> n.getMetadata().getUid().equals(uid)).isEmpty()) {
            seen.remove(had);
        }
        now.ifPresent(seen::put);
    }
}
