package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The scheduler: binds pending pods to nodes that are ready, schedulable, selected and tolerated; of those to one without
 * {@code PreferNoSchedule} taints, then with the fewest pods of the same owner, then with the fewest pods. Resource requests
 * are not counted.
 */
final class Scheduler implements ControlLoop {
    private final Api api;
    private final ClusterState state;

    Scheduler(Api api, ClusterState state) {
        this.api = api;
        this.state = state;
    }

    @Override
    public Instant turn(Instant now) {
        for (Pod pod : state.pods.list()) {
            if (!Pods.isBound(pod) && Pods.isActive(pod)) {
                schedule(pod, now);
            }
        }
        return NOTHING_DUE;
    }

    private void schedule(Pod pod, Instant now) {
        List<Pod> placed = state.pods.list().stream().filter(other -> Pods.isBound(other) && !Pods.isFinished(other)).toList();
        Map<String, Long> pods = perNode(placed.stream());
        Map<String, Long> siblings = perNode(placed.stream().filter(other -> !Pods.isTerminating(other) && sameOwner(pod, other)));
        var refusals = new ArrayList<String>();
        Optional<Node> best = state.nodes.list().stream()
                .filter(node -> refusal(pod, node).map(refusals::add).isEmpty())
                .min(Comparator.comparingLong((Node node) -> avoided(pod, node))
                        .thenComparingLong(node -> siblings.getOrDefault(node.getMetadata().getName(), 0L))
                        .thenComparingLong(node -> pods.getOrDefault(node.getMetadata().getName(), 0L))
                        .thenComparing(node -> node.getMetadata().getName()));
        if (best.isPresent()) {
            api.bind(state.pods, pod, best.get().getMetadata().getName());
        } else {
            explain(pod, refusals, now);
        }
    }

    /** Why the pod cannot go to the node, in the scheduler's words; empty where it can. */
    private static Optional<String> refusal(Pod pod, Node node) {
        if (Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
            return Optional.of("node(s) were unschedulable");
        }
        if (!Nodes.isReady(node)) {
            return Optional.of("node(s) were not ready");
        }
        if (!Selectors.wantsNode(pod.getSpec(), node)) {
            return Optional.of("node(s) didn't match Pod's node affinity/selector");
        }
        return node.getSpec().getTaints().stream()
                .filter(taint -> !taint.getEffect().equals("PreferNoSchedule"))
                .filter(taint -> !Selectors.tolerates(pod.getSpec().getTolerations(), taint))
                .findFirst()
                .map(taint -> "node(s) had untolerated taint {" + taint.getKey() + ": " + (taint.getValue() == null ? "" : taint.getValue()) + "}");
    }

    private static long avoided(Pod pod, Node node) {
        return node.getSpec().getTaints().stream()
                .filter(taint -> taint.getEffect().equals("PreferNoSchedule"))
                .filter(taint -> !Selectors.tolerates(pod.getSpec().getTolerations(), taint))
                .map(Taint::getKey)
                .count();
    }

    private static Map<String, Long> perNode(Stream<Pod> placed) {
        return placed.collect(Collectors.groupingBy(pod -> pod.getSpec().getNodeName(), Collectors.counting()));
    }

    private static boolean sameOwner(Pod pod, Pod other) {
        Optional<String> owner = ClusterState.controller(pod).map(OwnerReference::getUid);
        return owner.isPresent() && ClusterState.controller(other).map(OwnerReference::getUid).equals(owner);
    }

    private void explain(Pod pod, List<String> refusals, Instant now) {
        Map<String, Long> counts = refusals.stream().collect(Collectors.groupingBy(r -> r, LinkedHashMap::new, Collectors.counting()));
        String message = "0/" + refusals.size() + " nodes are available: "
                + counts.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).sorted().collect(Collectors.joining(", ")) + ".";
        if (Pods.condition(pod, "PodScheduled").filter(had -> message.equals(had.getMessage())).isPresent()) {
            return;
        }
        PodCondition condition = new PodConditionBuilder()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage(message)
                .withLastTransitionTime(Nodes.timestamp(now))
                .build();
        api.patchStatus(state.pods, pod, Map.of("phase", "Pending", "conditions", List.of(condition)));
    }
}
