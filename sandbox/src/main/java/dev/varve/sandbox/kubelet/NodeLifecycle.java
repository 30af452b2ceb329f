package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The node-lifecycle controller: a node whose machine has been down for longer than its lease is {@code Ready=Unknown}, its
 * pods are not ready, and taints follow conditions. Not there: eviction by {@code NoExecute} taints, which a cluster does
 * after five minutes by default.
 */
final class NodeLifecycle implements ControlLoop {
    private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    private final Api api;
    private final ClusterState state;
    private final List<NodeStandIn> standIns;
    private final Duration leaseExpiry;

    NodeLifecycle(Api api, ClusterState state, List<NodeStandIn> standIns, Duration leaseExpiry) {
        this.api = api;
        this.state = state;
        this.standIns = standIns;
        this.leaseExpiry = leaseExpiry;
    }

    @Override
    public Instant turn(Instant now) {
        Instant due = NOTHING_DUE;
        for (NodeStandIn standIn : standIns) {
            if (standIn.power() instanceof Power.Off off) {
                Instant expires = off.since().plus(leaseExpiry);
                if (now.isBefore(expires)) {
                    due = ControlLoop.earlier(due, expires);
                } else {
                    state.node(standIn.name()).ifPresent(node -> lost(node, off));
                }
            }
        }
        state.nodes.list().forEach(this::taint);
        return due;
    }

    private void lost(Node node, Power.Off off) {
        if (Nodes.isReady(node)) {
            api.patchStatus(state.nodes, node, Map.of("conditions", Nodes.unknown(node, off.since())));
        }
        for (Pod pod : state.pods.list()) {
            if (Pods.isOn(pod, node) && Pods.isReady(pod)) {
                api.patchStatus(state.pods, pod, Map.of("conditions", notReady(pod, off.since())));
            }
        }
    }

    private static List<PodCondition> notReady(Pod pod, Instant since) {
        return pod.getStatus().getConditions().stream()
                .map(had -> had.getType().equals(Pods.READY)
                        ? new PodConditionBuilder(had).withStatus("False").withReason("NodeNotReady").withLastTransitionTime(Nodes.timestamp(since)).build()
                        : had)
                .toList();
    }

    private void taint(Node node) {
        List<Taint> had = node.getSpec().getTaints();
        var wanted = new ArrayList<>(had);
        wanted.removeIf(taint -> taint.getKey().equals(UNREACHABLE) || taint.getKey().equals(UNSCHEDULABLE));
        if (Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
            keepOrAdd(had, wanted, UNSCHEDULABLE, "NoSchedule");
        }
        if (Nodes.ready(node).filter("Unknown"::equals).isPresent()) {
            keepOrAdd(had, wanted, UNREACHABLE, "NoSchedule");
            keepOrAdd(had, wanted, UNREACHABLE, "NoExecute");
        }
        if (wanted.size() != had.size() || !had.containsAll(wanted)) {
            // Locked: the list of taints has other writers.
            var patch = new LinkedHashMap<String, Object>();
            patch.put("metadata", Map.of("resourceVersion", node.getMetadata().getResourceVersion()));
            patch.put("spec", Map.of("taints", wanted));
            api.patch(state.nodes, node, patch);
        }
    }

    private static void keepOrAdd(List<Taint> had, List<Taint> wanted, String key, String effect) {
        wanted.add(had.stream()
                .filter(taint -> taint.getKey().equals(key) && taint.getEffect().equals(effect))
                .findFirst()
                .orElseGet(() -> new Taint(effect, key, null, null)));
    }
}
