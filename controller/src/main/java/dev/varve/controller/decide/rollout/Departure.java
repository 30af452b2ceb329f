package dev.varve.controller.decide.rollout;

import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.Optional;

/**
 * What a node needs that has left its pool: to go back to the image it came with, like to any other target, and then to be
 * cleaned of what was written on it. A node that never completed an image of ours has nothing to go back from.
 */
final class Departure {
    private Departure() {}

    /** Where it goes back to; empty where it has not to go anywhere, or does not know where it came from. */
    static Optional<Target> target(NodeView node) {
        return hasMoved(node) ? node.facts().originImage().map(origin -> back(node, origin)) : Optional.empty();
    }

    static boolean isLost(NodeView node) {
        return hasMoved(node) && node.facts().originImage().isEmpty();
    }

    /** Nothing is open with the node any more. */
    static boolean isOver(NodeView node) {
        Optional<Target> target = target(node);
        if (target.isPresent()) {
            return node.isSettledAt(target.get());
        }
        return !isLost(node) && !hasWishes(node) && hasLetGo(node);
    }

    /** The node still stages, or could leave service, for an image it need not go to. */
    static boolean hasNeedlessWishes(NodeView node) {
        return !hasMoved(node) && hasWishes(node);
    }

    /**
     * The node has completed an image of ours, or may be on its way into one: one that has its slot can be past recall before
     * it hears that it has left, and boots into an image that it will never have completed. Once it is told to go back, it is
     * to go all the way, though it be where it came from by then.
     */
    private static boolean hasMoved(NodeView node) {
        return node.facts().currentImage().isPresent()
                || node.facts().originImage().isPresent()
                        && (node.wishes().desiredImage().isPresent()
                                || node.isBeyondRecall()
                                || node.facts().originImage().filter(node::wants).isPresent());
    }

    private static boolean hasWishes(NodeView node) {
        return node.wishes().wanted().isPresent();
    }

    private static boolean hasLetGo(NodeView node) {
        return !node.agentSeen() || node.facts().phase().filter(phase -> phase != Phase.Idle).isEmpty();
    }

    // The origin has no config of ours: the node keeps the name of the one it completed last until it is cleaned.
    private static Target back(NodeView node, Pullspec origin) {
        return new Target(node.facts().currentConfig().orElse("origin"), origin, List.of());
    }
}
