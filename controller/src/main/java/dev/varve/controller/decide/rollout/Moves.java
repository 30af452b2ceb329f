package dev.varve.controller.decide.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The nodes of a pool that are not where they should be, in the order in which they go, and which of them are ready for
 * what.
 */
final class Moves {
    /** A node with its own target: the pool's, or its origin image where it leaves. */
    record Candidate(NodeView view, Target target) {
        String name() {
            return view.name();
        }

        /** What it is wished to do now has nothing to do with where it should go. */
        boolean isElsewhere() {
            return !view.wants(target.image());
        }

        boolean isGranted() {
            return view.grantIs(target) && view.wants(target.image()) && !view.isWhereGranted();
        }

        boolean isStaging() {
            return view.wants(target.image()) && !isReady() && view.ready() && view.agentSeen();
        }

        /**
         * Nothing but the boot is left to do, or there is nothing to do but to say so. A node that is down has no service
         * to lose and need not have staged first.
         */
        boolean isReady() {
            return view.wants(target.image()) && view.hasStaged(target.image())
                    || view.facts().currentImage().filter(target.image()::equals).isPresent()
                    || view.isDown();
        }
    }

    private final boolean halted;
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<String> withdrawn = new ArrayList<>();

    /** @param halted members of the pool get nothing more of its target; who leaves is not held up */
    Moves(Snapshot snapshot, boolean halted) {
        this.halted = halted;
        snapshot.nodes().stream().sorted(Order.repairThenZoneThenAge()).forEach(node -> add(node, snapshot.goal()));
    }

    private void add(NodeView node, Goal goal) {
        Optional<Target> target = node.member() ? target(goal) : Departure.target(node);
        if (target.isEmpty()) {
            if (!node.member() && Departure.hasNeedlessWishes(node)) {
                withdrawn.add(node.name());
            }
        } else if (node.hasCompleted(target.get()) && !node.wishesAreBroken()) {
            // One that is already going down for something else is told when it is back.
            if (!node.isWishedAt(target.get()) && !node.isBeyondRecall()) {
                withdrawn.add(node.name());
            }
        } else if (halted && node.member()) {
            if (isRecallable(node, target.get())) {
                withdrawn.add(node.name());
            }
        } else {
            candidates.add(new Candidate(node, target.get()));
        }
    }

    /** Wishes of nodes that should stay where they are. */
    List<String> withdrawn() {
        return List.copyOf(withdrawn);
    }

    /** Nodes that still have to move and may, in order. */
    List<Candidate> candidates() {
        return List.copyOf(candidates);
    }

    /** Nodes on their way to, or stuck on, something that nobody wants any more: told at once (reference 7.5, item 6). */
    List<Candidate> superseded() {
        return candidates.stream().filter(Moves::isSuperseded).toList();
    }

    List<Candidate> grantable() {
        return candidates.stream()
                .filter(c -> !c.isGranted() && !isSuperseded(c) && c.isReady())
                .filter(c -> c.view().agentSeen() && !c.view().refuses(c.target().image()))
                .toList();
    }

    /** @param parallel nodes that may stage at the same time */
    List<Candidate> prefetchable(int parallel) {
        long staging = candidates.stream()
                .filter(c -> c.isStaging() && !c.view().failedOn(c.target().image()))
                .count();
        return candidates.stream()
                .filter(c -> c.isElsewhere() && !isSuperseded(c) && !c.isReady())
                .filter(c -> c.view().agentSeen() && c.view().ready())
                .limit(Math.max(0, parallel - staging))
                .toList();
    }

    private static boolean isSuperseded(Candidate node) {
        NodeView view = node.view();
        boolean busy = view.hasOpenGrant() || view.isActing() || view.isDegraded() || view.facts().failure().isPresent();
        boolean other = view.hasOpenGrant() && !view.grantIs(node.target());
        return busy && node.isElsewhere() || other || view.wishesAreBroken();
    }

    private static boolean isRecallable(NodeView node, Target bad) {
        boolean open = node.wishes().prefetch().isPresent() || node.hasOpenGrant();
        return open && !node.isBeyondRecall() && !node.failedOn(bad.image());
    }

    private static Optional<Target> target(Goal goal) {
        return switch (goal) {
            case Goal.Move(Target target) -> Optional.of(target);
            case Goal.Await ignored -> Optional.empty();
        };
    }
}
