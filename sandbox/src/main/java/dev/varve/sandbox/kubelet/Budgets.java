package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The disruption controller: keeps each budget's status, on which the eviction subresource decides. Percentages are of the
 * replicas that the pods' ReplicaSets ask for, and rounded up, as in the real one.
 */
final class Budgets implements ControlLoop {
    // How long the controller waits for a pod whose eviction was granted to be deleted (DeletionTimeout).
    private static final Duration DELETION_TIMEOUT = Duration.ofMinutes(2);

    private final Api api;
    private final ClusterState state;

    Budgets(Api api, ClusterState state) {
        this.api = api;
        this.state = state;
    }

    @Override
    public Instant turn(Instant now) {
        Instant due = NOTHING_DUE;
        for (PodDisruptionBudget budget : state.budgets.list()) {
            if (budget.getMetadata().getDeletionTimestamp() == null) {
                manage(budget, now);
                boolean waiting = !disrupted(budget).isEmpty();
                due = ControlLoop.earlier(due, waiting ? now.plus(DELETION_TIMEOUT) : NOTHING_DUE);
            }
        }
        return due;
    }

    private void manage(PodDisruptionBudget budget, Instant now) {
        List<Pod> pods = state.pods.list().stream().filter(pod -> covers(budget, pod)).toList();
        Map<String, String> disrupted = stillDisrupted(budget, pods, now);
        int healthy = (int) pods.stream()
                .filter(pod -> Pods.isReady(pod) && !Pods.isTerminating(pod) && !disrupted.containsKey(pod.getMetadata().getName()))
                .count();
        int expected = expected(budget.getSpec(), pods);
        int desired = desired(budget.getSpec(), expected);
        int allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
        if (isPosted(budget, healthy, desired, expected, allowed, disrupted)) {
            return;
        }
        var status = new LinkedHashMap<String, @Nullable Object>();
        status.put("observedGeneration", budget.getMetadata().getGeneration());
        status.put("currentHealthy", healthy);
        status.put("desiredHealthy", desired);
        status.put("expectedPods", expected);
        status.put("disruptionsAllowed", allowed);
        status.put("disruptedPods", merge(disrupted(budget), disrupted));
        status.put("conditions", List.of(condition(allowed > 0, budget.getMetadata().getGeneration(), now)));
        // Locked: the eviction subresource counts down the same status.
        api.patchStatusLocked(state.budgets, budget, status);
    }

    private static boolean covers(PodDisruptionBudget budget, Pod pod) {
        Map<String, String> labels = Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of());
        return budget.getMetadata().getNamespace().equals(pod.getMetadata().getNamespace())
                && !Pods.isFinished(pod)
                && Selectors.matches(budget.getSpec().getSelector(), labels);
    }

    /** Evictions granted whose pods have not yet been seen to go. */
    private static Map<String, String> stillDisrupted(PodDisruptionBudget budget, List<Pod> pods, Instant now) {
        var still = new HashMap<>(disrupted(budget));
        still.entrySet().removeIf(entry ->
                !now.isBefore(Instant.parse(entry.getValue()).plus(DELETION_TIMEOUT))
                        || pods.stream().noneMatch(pod -> pod.getMetadata().getName().equals(entry.getKey()) && !Pods.isTerminating(pod)));
        return still;
    }

    private int expected(PodDisruptionBudgetSpec spec, List<Pod> pods) {
        boolean number = spec.getMaxUnavailable() == null && !isPercentage(spec.getMinAvailable());
        if (number) {
            return pods.size();
        }
        // The scale of the controllers; pods without a known one are counted by themselves.
        List<ReplicaSet> owners = state.replicaSets.list().stream()
                .filter(set -> pods.stream().anyMatch(pod -> ClusterState.isControlledBy(pod, set)))
                .toList();
        long loose = pods.stream().filter(pod -> owners.stream().noneMatch(set -> ClusterState.isControlledBy(pod, set))).count();
        return owners.stream().mapToInt(ReplicaSets::replicas).sum() + (int) loose;
    }

    private static int desired(PodDisruptionBudgetSpec spec, int expected) {
        if (spec.getMaxUnavailable() != null) {
            return Math.max(0, expected - scaled(spec.getMaxUnavailable(), expected));
        }
        return spec.getMinAvailable() == null ? 0 : scaled(spec.getMinAvailable(), expected);
    }

    private static int scaled(IntOrString value, int of) {
        if (!isPercentage(value)) {
            return value.getIntVal() != null ? value.getIntVal() : Integer.parseInt(value.getStrVal());
        }
        int percent = Integer.parseInt(value.getStrVal().substring(0, value.getStrVal().length() - 1));
        return (of * percent + 99) / 100;
    }

    private static boolean isPercentage(@Nullable IntOrString value) {
        return value != null && value.getStrVal() != null && value.getStrVal().endsWith("%");
    }

    private static boolean isPosted(
            PodDisruptionBudget budget, int healthy, int desired, int expected, int allowed, Map<String, String> disrupted) {
        PodDisruptionBudgetStatus had = budget.getStatus();
        return had != null
                && Objects.equals(had.getObservedGeneration(), budget.getMetadata().getGeneration())
                && Objects.equals(had.getCurrentHealthy(), healthy)
                && Objects.equals(had.getDesiredHealthy(), desired)
                && Objects.equals(had.getExpectedPods(), expected)
                && Objects.equals(had.getDisruptionsAllowed(), allowed)
                && disrupted(budget).equals(disrupted);
    }

    private static Map<String, String> disrupted(PodDisruptionBudget budget) {
        return Optional.ofNullable(budget.getStatus()).map(PodDisruptionBudgetStatus::getDisruptedPods).orElse(Map.of());
    }

    /** As a merge patch wants it: what is to go must be named with null. */
    private static Map<String, @Nullable String> merge(Map<String, String> had, Map<String, String> wanted) {
        var merged = new HashMap<String, @Nullable String>();
        had.keySet().forEach(pod -> merged.put(pod, null));
        merged.putAll(wanted);
        return merged;
    }

    private static Map<String, Object> condition(boolean allowed, Long generation, Instant now) {
        return Map.of(
                "type", "DisruptionAllowed",
                "status", allowed ? "True" : "False",
                "reason", allowed ? "SufficientPods" : "InsufficientPods",
                "message", "",
                "observedGeneration", generation,
                "lastTransitionTime", Nodes.timestamp(now));
    }
}
