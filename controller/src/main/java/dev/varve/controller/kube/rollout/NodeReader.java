package dev.varve.controller.kube.rollout;

import dev.varve.contract.Json;
import dev.varve.contract.Keys;
import dev.varve.contract.NodeFacts;
import dev.varve.contract.NodeWishes;
import dev.varve.controller.decide.rollout.NodeView;
import dev.varve.controller.kube.Parts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a Node as the rollout sees it. */
final class NodeReader {
    private static final String ZONE = "topology.kubernetes.io/zone";

    private final Json json;

    NodeReader(Json json) {
        this.json = json;
    }

    NodeView read(Node node, boolean member, boolean agent) {
        Map<String, String> annotations = Parts.annotations(node);
        Map<String, String> labels = Parts.labels(node);
        NodeFacts facts = NodeFacts.from(annotations, json);
        return new NodeView(
                Parts.name(node),
                Optional.ofNullable(labels.get(ZONE)).filter(zone -> !zone.isEmpty()),
                time(node.getMetadata().getCreationTimestamp()).orElse(Instant.EPOCH),
                Optional.ofNullable(labels.get(Keys.POOL_LABEL)),
                member,
                isReady(node),
                condition(node, "Ready").flatMap(ready -> time(ready.getLastTransitionTime())),
                node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable()),
                taints(node).stream().anyMatch(NodeReader::isOurs),
                agent || facts.phase().isPresent(),
                NodeWishes.from(annotations, json),
                facts);
    }

    static List<Taint> taints(Node node) {
        return node.getSpec() == null || node.getSpec().getTaints() == null ? List.of() : node.getSpec().getTaints();
    }

    static boolean isOurs(Taint taint) {
        return Keys.UPDATING_TAINT.equals(taint.getKey());
    }

    /** As the reference counts it (reference-behaviour.md 4.3), but for the cordon. */
    static boolean isReady(Node node) {
        return condition(node, "Ready").filter(c -> "True".equals(c.getStatus())).isPresent()
                && condition(node, "DiskPressure").filter(c -> !"False".equals(c.getStatus())).isEmpty()
                && condition(node, "NetworkUnavailable").filter(c -> !"False".equals(c.getStatus())).isEmpty();
    }

    private static Optional<NodeCondition> condition(Node node, String type) {
        if (node.getStatus() == null || node.getStatus().getConditions() == null) {
            return Optional.empty();
        }
        return node.getStatus().getConditions().stream().filter(c -> type.equals(c.getType())).findFirst();
    }

    private static Optional<Instant> time(String text) {
        return Optional.ofNullable(text).filter(t -> !t.isEmpty()).map(Instant::parse);
    }
}
