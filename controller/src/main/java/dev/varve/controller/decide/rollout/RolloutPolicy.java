package dev.varve.controller.decide.rollout;

import dev.varve.contract.Names;
import dev.varve.contract.RolloutSpec;
import dev.varve.controller.decide.rollout.NodeChange.CleanUp;
import dev.varve.controller.decide.rollout.NodeChange.Grant;
import dev.varve.controller.decide.rollout.NodeChange.Label;
import dev.varve.controller.decide.rollout.NodeChange.MarkUpdating;
import dev.varve.controller.decide.rollout.NodeChange.Prefetch;
import dev.varve.controller.decide.rollout.NodeChange.Retarget;
import dev.varve.controller.decide.rollout.NodeChange.SetPolicy;
import dev.varve.controller.decide.rollout.NodeChange.Withdraw;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which node of a pool may do what next. Pure: same snapshot, same changes; a snapshot that already shows the changes asks
 * for none. The order is that of controller.md section 3; what narrows the choice of nodes further (canaries, windows,
 * budgets that never allow a pod to go) narrows the list of {@link Moves#candidates}.
 *
 * <p>Paused means that nothing new begins: no node is told of a target, none gets its slot. A node that has its slot goes
 * on to its end, because half-way is the worst place to stop.
 */
public final class RolloutPolicy {

    public Decision decide(Snapshot snapshot, Instant now) {
        var plan = new Plan(snapshot, now);
        if (!snapshot.pool().paused()) {
            plan.moves();
        }
        plan.belonging();
        return plan.decision();
    }

    /** One decision in the making. */
    private static final class Plan {
        private final Snapshot snapshot;
        private final Instant now;
        private final Budget budget;
        private final List<NodeChange> changes = new ArrayList<>();
        private final Optional<Failures> failures;
        private final int slotsUsed;

        Plan(Snapshot snapshot, Instant now) {
            this.snapshot = snapshot;
            this.now = now;
            int size = snapshot.nodes().size();
            this.budget = new Budget(snapshot.pool().maxUnavailable().of(size), snapshot.nodes());
            this.slotsUsed = budget.used();
            this.failures = poolTarget().map(target -> new Failures(snapshot, target.image(), now));
        }

        void moves() {
            var moves = new Moves(snapshot, halted());
            for (Moves.Candidate node : moves.superseded()) {
                changes.add(new Retarget(node.name(), node.target()));
            }
            for (String node : moves.withdrawn()) {
                changes.add(new Withdraw(node));
            }
            for (Moves.Candidate node : moves.grantable()) {
                if (budget.allows(node.view())) {
                    budget.take(node.view());
                    changes.add(new Grant(node.name(), node.target()));
                }
            }
            for (Moves.Candidate node : moves.prefetchable(parallel())) {
                changes.add(new Prefetch(node.name(), node.target()));
            }
        }

        /** What a node carries that says whose it is; never urgent. */
        void belonging() {
            RolloutSpec spec = snapshot.spec();
            String label = Names.label(snapshot.pool().name());
            for (NodeView node : snapshot.nodes()) {
                if (!node.member()) {
                    if (Departure.isOver(node)) {
                        changes.add(new CleanUp(node.name()));
                    }
                    continue;
                }
                if (node.poolLabel().filter(label::equals).isEmpty()) {
                    changes.add(new Label(node.name(), label));
                }
                if (node.policyIsBroken() || !node.wishes().policy().equals(spec.agent())) {
                    changes.add(new SetPolicy(node.name(), spec.agent()));
                }
                poolTarget().ifPresent(target -> mark(node, target));
            }
        }

        private void mark(NodeView node, Target target) {
            boolean moves = !node.isAt(target);
            if (node.updatingTaint() != moves && (!moves || !snapshot.pool().paused())) {
                changes.add(new MarkUpdating(node.name(), moves));
            }
        }

        Decision decision() {
            var waits = new Waits(snapshot, budget, now);
            return new Decision(
                    changes,
                    waits.sentences(),
                    failures.map(Failures::sentences).orElse(List.of()),
                    halted(),
                    slotsUsed,
                    budget.capacity(),
                    waits.nextDeadline());
        }

        private boolean halted() {
            return failures.map(Failures::halted).orElse(false);
        }

        private int parallel() {
            return snapshot.spec().prefetchMaxParallel().of(snapshot.nodes().size());
        }

        private Optional<Target> poolTarget() {
            return snapshot.goal() instanceof Goal.Move(Target target) ? Optional.of(target) : Optional.empty();
        }
    }
}
