package dev.varve.controller.decide.status;

import dev.varve.controller.decide.rollout.Goal;
import dev.varve.controller.decide.rollout.NodeView;
import java.util.List;

/**
 * The counts of a pool's status, by the reference's definitions (reference-behaviour.md 4.4) but for one: a node that
 * stages serves, and is not unavailable.
 *
 * @param updated nodes that have completed what is wished of them, which is the pool's target where it has one
 * @param ready updated nodes that serve
 */
public record Counts(int machines, int updated, int ready, int unavailable, int degraded) {

    static Counts of(List<NodeView> members, Goal goal, String config) {
        List<NodeView> updated = members.stream().filter(node -> isUpdated(node, goal, config)).toList();
        return new Counts(
                members.size(),
                updated.size(),
                count(updated.stream().filter(NodeView::serves).count()),
                count(members.stream().filter(node -> !node.serves()).count()),
                count(members.stream().filter(NodeView::isDegraded).count()));
    }

    boolean allUpdated() {
        return updated == machines && ready == machines && unavailable == 0;
    }

    private static boolean isUpdated(NodeView node, Goal goal, String config) {
        return switch (goal) {
            case Goal.Move(var target) -> node.isSettledAt(target);
            case Goal.Await ignored -> node.isDone()
                    && node.facts().currentImage().isPresent()
                    && !node.hasOpenGrant()
                    && node.wishes().desiredConfig().filter(config::equals).isPresent();
        };
    }

    private static int count(long number) {
        return Math.toIntExact(number);
    }
}
