package dev.varve.controller.kube.rollout;

import dev.varve.controller.decide.rollout.Aim;
import dev.varve.controller.decide.rollout.NodeView;
import dev.varve.controller.decide.rollout.Snapshot;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One layered pool as read for one turn.
 *
 * @param pool the MachineConfigPool; empty where it is gone but nodes still have to leave it
 * @param machineOSConfig empty where the pool is layered no more
 * @param config name of {@code spec.configuration}, {@code ""} where there is none
 * @param nodes the nodes of the snapshot by name, as they were read
 * @param conflicts why some nodes that this pool asks for are left alone
 */
public record PoolView(
        Optional<GenericKubernetesResource> pool,
        Optional<GenericKubernetesResource> machineOSConfig,
        String config,
        Aim aim,
        Snapshot snapshot,
        Map<String, Node> nodes,
        List<String> conflicts) {

    public PoolView {
        nodes = Map.copyOf(nodes);
        conflicts = List.copyOf(conflicts);
    }

    public List<NodeView> members() {
        return snapshot.nodes().stream().filter(NodeView::member).toList();
    }

    /** Nothing of ours: no MachineOSConfig, and nobody left who has to go. */
    public boolean isNotOurs() {
        return machineOSConfig.isEmpty() && snapshot.nodes().isEmpty();
    }
}
