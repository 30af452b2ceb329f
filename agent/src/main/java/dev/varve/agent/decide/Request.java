package dev.varve.agent.decide;

import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Json;
import dev.varve.contract.Keys;
import dev.varve.contract.NodeFacts;
import dev.varve.contract.NodeWishes;
import dev.varve.contract.Pullspec;
import java.util.Optional;

/**
 * What the node is told, and the node as the cluster sees it.
 *
 * @param wishes from the controller
 * @param node as last read from the API server
 * @param facts what we reported earlier, read back: a lost attempt file is made good from it
 * @param drained the last drain, under the cordon that still stands, left nothing behind
 */
public record Request(NodeWishes wishes, NodeView node, NodeFacts facts, boolean drained) {

    /** Value of {@link Keys#HELD_CORDON} that our own cordon sets in the same patch: whoever finds it knows whose it is. */
    public static final String OWN_CORDON = "false";

    public static Request of(NodeView node, boolean drained, Json json) {
        return new Request(
                NodeWishes.from(node.annotations(), json), node, NodeFacts.from(node.annotations(), json), drained);
    }

    /** The image the node should run in the end. */
    public Optional<Pullspec> wanted() {
        return wishes.wanted();
    }

    /** A prefetch of the image that the last grant brought, say for other kernel arguments, is not covered by that grant. */
    public boolean granted() {
        return wishes.granted() && (wishes.prefetch().isEmpty() || !grantIsSpent());
    }

    /** The node has completed what it was granted. */
    public boolean grantIsSpent() {
        return wishes.grantIsSpent(facts);
    }

    public AgentPolicy policy() {
        return wishes.policy();
    }

    /** The node is unschedulable by our own cordon. */
    public boolean cordonedByUs() {
        return node.unschedulable() && OWN_CORDON.equals(node.annotations().get(Keys.HELD_CORDON));
    }

    /** Ready in this boot: a Ready that the kubelet reported from an earlier boot is stale. */
    public boolean readyIn(String bootId) {
        return node.ready() && node.bootId().map(bootId::equals).orElse(true);
    }
}
