package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code pods/eviction}: deletes a pod unless its disruption budget forbids it. Follows, text for text, kubernetes 1.36
 * {@code pkg/registry/core/pod/storage/eviction.go}, and like it takes the disruption from the budget before the deletion
 * checks the uid: an eviction meant for an earlier pod is refused, and costs the budget one until its controller counts anew.
 */
final class Evictions {
    /** Phases that no budget guards: the pod does not run yet, or no longer. */
    private static final Set<String> UNGUARDED = Set.of("Pending", "Succeeded", "Failed");
    private static final int RETRY_SECONDS = 10;
    private static final String REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";

    private final Store store;
    private final Kinds kinds;
    private final Deletes deletes;
    private final Clock clock;

    Evictions(Store store, Kinds kinds, Deletes deletes, Clock clock) {
        this.store = store;
        this.kinds = kinds;
        this.deletes = deletes;
        this.clock = clock;
    }

    ObjectNode evict(Target target, ObjectNode eviction, Map<String, String> query) {
        String name = target.name();
        if (!eviction.path("metadata").path("name").asText(name).equals(name)) {
            throw StatusException.badRequest("name in URL does not match name in Eviction object");
        }
        DeleteOptions options = DeleteOptions.of(eviction.path("deleteOptions"), query);
        return store.step(() -> {
            Kind pods = target.kind();
            ObjectNode pod = store.find(pods, target.namespace(), name).orElseThrow(() -> StatusException.notFound(pods, name));
            if (guarded(pod)) {
                askBudget(pod, options.dryRun());
            }
            deletes.delete(pods, target.namespace(), name, options);
            return StatusException.success(201);
        });
    }

    private static boolean guarded(JsonNode pod) {
        return !pod.path("metadata").has("deletionTimestamp")
                && !UNGUARDED.contains(pod.path("status").path("phase").asText());
    }

    private void askBudget(JsonNode pod, boolean dryRun) {
        List<ObjectNode> budgets = budgets(pod);
        if (budgets.size() > 1) {
            throw new StatusException(500, "",
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        for (ObjectNode budget : budgets) {
            if (!sparesUnhealthy(budget, pod)) {
                take(budget, pod.path("metadata").path("name").asText(), dryRun);
            }
        }
    }

    private List<ObjectNode> budgets(JsonNode pod) {
        String namespace = pod.path("metadata").path("namespace").asText();
        return store.list(budgetKind(), Selection.namespace(namespace)).items().stream()
                .filter(budget -> budget.path("spec").has("selector"))
                .filter(budget -> LabelSelector.of(budget.path("spec").path("selector")).matches(pod))
                .toList();
    }

    /** A pod that does not serve is no disruption, as long as the others are enough (or the budget says always). */
    private static boolean sparesUnhealthy(JsonNode budget, JsonNode pod) {
        JsonNode ready = Trees.element(pod.path("status").path("conditions"), "type", "Ready");
        if (ready.path("status").asText().equals("True")) {
            return false;
        }
        int desired = budget.path("status").path("desiredHealthy").asInt();
        return budget.path("spec").path("unhealthyPodEvictionPolicy").asText().equals("AlwaysAllow")
                || desired > 0 && budget.path("status").path("currentHealthy").asInt() >= desired;
    }

    private void take(ObjectNode budget, String pod, boolean dryRun) {
        String name = budget.path("metadata").path("name").asText();
        JsonNode status = budget.path("status");
        if (status.path("observedGeneration").asInt() < budget.path("metadata").path("generation").asInt()) {
            throw refused("The disruption budget " + name + " is still being processed by the server.")
                    .retryAfterSeconds(RETRY_SECONDS);
        }
        int allowed = status.path("disruptionsAllowed").asInt();
        if (allowed <= 0) {
            throw refused("The disruption budget %s needs %d healthy pods and has %d currently".formatted(
                    name, status.path("desiredHealthy").asInt(), status.path("currentHealthy").asInt()));
        }
        if (dryRun) {
            return;
        }
        ObjectNode after = Trees.copyWithMetadata(budget);
        ObjectNode taken = Trees.copy(status).put("disruptionsAllowed", allowed - 1);
        ObjectNode disrupted = Trees.copy(status.path("disruptedPods"));
        taken.set("disruptedPods", disrupted.put(pod, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString()));
        after.set("status", taken);
        store.put(budgetKind(), after);
    }

    private Kind budgetKind() {
        return kinds.builtIn("policy/v1", "poddisruptionbudgets");
    }

    private static StatusException refused(String cause) {
        return new StatusException(429, "TooManyRequests", REFUSED).cause("DisruptionBudget", cause, "");
    }
}
