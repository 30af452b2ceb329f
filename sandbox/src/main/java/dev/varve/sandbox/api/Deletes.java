package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/**
 * Deletion: at once, or marked and left to whoever holds a finalizer or runs the pod. What goes takes its dependents along,
 * a namespace its content, a CustomResourceDefinition its objects; the real server's controllers do that a moment later.
 */
final class Deletes {
    private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");
    /** DefaultTerminationGracePeriodSeconds of k8s.io/api core/v1. */
    private static final long GRACE_SECONDS = 30;

    private final Store store;
    private final Kinds kinds;
    private final Clock clock;

    Deletes(Store store, Kinds kinds, Clock clock) {
        this.store = store;
        this.kinds = kinds;
        this.clock = clock;
    }

    /** @return the object that is on its way out, or a Status where it is gone */
    ObjectNode delete(Kind kind, String namespace, String name, DeleteOptions options) {
        return store.step(() -> {
            ObjectNode object = store.find(kind, namespace, name).orElseThrow(() -> StatusException.notFound(kind, name));
            check(kind, object, options);
            long grace = graceSeconds(kind, object, options);
            boolean held = !object.path("metadata").path("finalizers").isEmpty();
            if (held || grace > 0) {
                return mark(kind, object, grace, options.dryRun());
            }
            if (!options.dryRun()) {
                remove(kind, object, options.orphan());
            }
            ObjectNode status = StatusException.success(200);
            status.putObject("details").put("name", name).put("group", kind.group()).put("kind", kind.plural())
                    .set("uid", object.path("metadata").path("uid"));
            return status;
        });
    }

    private static void check(Kind kind, ObjectNode object, DeleteOptions options) {
        JsonNode metadata = object.path("metadata");
        mustBe(kind, metadata, "UID", options.uid(), metadata.path("uid").asText(), "deleted and then recreated");
        mustBe(kind, metadata, "ResourceVersion", options.resourceVersion(), metadata.path("resourceVersion").asText(), "modified");
    }

    /** A delete is refused in other words than a write, and by kind (rest.BeforeDelete). */
    private static void mustBe(Kind kind, JsonNode metadata, String what, String wanted, String actual, String perhaps) {
        if (!wanted.isEmpty() && !wanted.equals(actual)) {
            throw StatusException.conflict(kind, kind.kind(), metadata.path("name").asText(),
                    "the %s in the precondition (%s) does not match the %s in record (%s). The object might have been %s"
                            .formatted(what, wanted, what, actual, perhaps));
        }
    }

    /** Only a pod that a kubelet runs is waited for (podStrategy.CheckGracefulDelete). */
    private static long graceSeconds(Kind kind, ObjectNode object, DeleteOptions options) {
        boolean runs = kind.is("", "pods")
                && !object.path("spec").path("nodeName").asText().isEmpty()
                && !FINISHED.contains(object.path("status").path("phase").asText());
        return runs
                ? options.graceSeconds().orElse(object.path("spec").path("terminationGracePeriodSeconds").asLong(GRACE_SECONDS))
                : 0;
    }

    private ObjectNode mark(Kind kind, ObjectNode object, long grace, boolean dryRun) {
        JsonNode metadata = object.path("metadata");
        if (metadata.has("deletionTimestamp") && metadata.path("deletionGracePeriodSeconds").asLong() <= grace) {
            return object;
        }
        ObjectNode marked = Trees.copyWithMetadata(object);
        Instant end = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(grace);
        ObjectNode changed = marked.withObject("metadata");
        changed.put("deletionTimestamp", end.toString()).put("deletionGracePeriodSeconds", grace);
        if (metadata.has("generation") && !metadata.has("deletionTimestamp")) {
            changed.put("generation", metadata.path("generation").asInt() + 1);
        }
        return dryRun ? marked : store.put(kind, marked);
    }

    /** Removes an object and all that lives only by it. */
    void remove(Kind kind, ObjectNode object, boolean orphan) {
        store.remove(kind, object);
        if (kind.is("", "namespaces")) {
            String namespace = object.path("metadata").path("name").asText();
            kinds.all().stream().filter(Kind::namespaced).forEach(content -> removeAll(content, namespace));
        }
        if (kind.is("apiextensions.k8s.io", "customresourcedefinitions")) {
            for (Kind defined : kinds.definedBy(object)) {
                removeAll(defined, "");
                kinds.undefine(defined);
            }
        }
        if (!orphan) {
            store.dependents(object).forEach(this::collect);
        }
    }

    private void removeAll(Kind kind, String namespace) {
        for (ObjectNode object : store.list(kind, Selection.namespace(namespace)).items()) {
            // One may have gone already, as the dependent of another.
            if (store.find(kind, object.path("metadata").path("namespace").asText(), object.path("metadata").path("name").asText())
                    .isPresent()) {
                remove(kind, object, false);
            }
        }
    }

    /** One whose owners had all gone when it was created: its creator had not yet heard of that. */
    void collectAbandoned(Kind kind, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        if (!metadata.path("ownerReferences").isEmpty()) {
            collect(new Owners.Dependent(kind, metadata.path("namespace").asText(), metadata.path("name").asText()));
        }
    }

    private void collect(Owners.Dependent dependent) {
        boolean orphaned = store.find(dependent.kind(), dependent.namespace(), dependent.name())
                .filter(object -> !store.hasLivingOwner(object))
                .isPresent();
        if (orphaned) {
            delete(dependent.kind(), dependent.namespace(), dependent.name(), DeleteOptions.DEFAULT);
        }
    }
}
