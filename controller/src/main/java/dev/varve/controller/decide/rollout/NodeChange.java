package dev.varve.controller.decide.rollout;

import dev.varve.contract.AgentPolicy;

/**
 * A change to one node's annotations, labels or taints. All changes of one turn to one node go out in one patch with a
 * precondition on the node's resourceVersion. A node that has left its pool is moved by the same changes: its target is
 * the image it came with.
 */
public sealed interface NodeChange {
    String node();

    /** Stage this, while serving. A grant that the node has not completed is taken back. */
    record Prefetch(String node, Target target) implements NodeChange {}

    /** As {@link Prefetch}, for a node that failed on, or was granted, a target that is no longer wanted. */
    record Retarget(String node, Target target) implements NodeChange {}

    /** The node may go there now. */
    record Grant(String node, Target target) implements NodeChange {}

    /** Neither stage nor go: what is wished is what the node has completed, or nothing. */
    record Withdraw(String node) implements NodeChange {}

    /** @param on the node still has to move, and pods should rather go elsewhere */
    record MarkUpdating(String node, boolean on) implements NodeChange {}

    /** @param pool whose agent the node is to run */
    record Label(String node, String pool) implements NodeChange {}

    /** What the agent needs to know of the pool's policy. */
    record SetPolicy(String node, AgentPolicy policy) implements NodeChange {}

    /** The node has left and is where it came from: everything we wrote is removed. */
    record CleanUp(String node) implements NodeChange {}
}
