package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The kubelets' half of the node objects: registers each node when its machine first comes up, and posts its status. */
final class Registration implements ControlLoop {
    private final Api api;
    private final ClusterState state;
    private final List<NodeStandIn> nodes;

    Registration(Api api, ClusterState state, List<NodeStandIn> nodes) {
        this.api = api;
        this.state = state;
        this.nodes = nodes;
    }

    @Override
    public Instant turn(Instant now) {
        for (NodeStandIn node : nodes) {
            if (node.power() instanceof Power.On on) {
                post(node, on);
            }
        }
        return NOTHING_DUE;
    }

    private void post(NodeStandIn node, Power.On on) {
        if (state.node(node.name()).isEmpty()) {
            api.create(state.nodes, Nodes.registration(node.spec()));
        }
        Optional<Node> stale = state.node(node.name()).filter(seen -> !posted(seen, on));
        stale.ifPresent(seen -> api.patchStatus(state.nodes, seen, Nodes.up(node, on)));
    }

    private static boolean posted(Node seen, Power.On on) {
        return Nodes.isReady(seen)
                && seen.getStatus().getNodeInfo() != null
                && on.bootId().equals(seen.getStatus().getNodeInfo().getBootID())
                && on.osImage().equals(seen.getStatus().getNodeInfo().getOsImage());
    }
}
