package dev.varve.controller.decide.rollout;

import dev.varve.contract.Durations;
import dev.varve.contract.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * By when a node that went away with a grant must be back. Counted from the moment the cluster saw it go, so it survives
 * a restart of the controller. A node that was down before its agent had begun is not late: it was never on its way.
 *
 * @param bootTimeout from the reboot to the first word of the new boot
 */
record Deadline(Duration bootTimeout) {
    private static final Set<Phase> NOT_BEGUN = EnumSet.of(Phase.Idle, Phase.Staging, Phase.Staged);

    /** Empty where the node is not away with a grant. */
    Optional<Instant> of(NodeView node) {
        boolean begun = node.facts().phase().filter(phase -> !NOT_BEGUN.contains(phase)).isPresent();
        return node.hasOpenGrant() && !node.ready() && begun
                ? node.readyChanged().map(away -> away.plus(bootTimeout))
                : Optional.empty();
    }

    boolean missedBy(NodeView node, Instant now) {
        return of(node).filter(deadline -> !now.isBefore(deadline)).isPresent();
    }

    String sentence(NodeView node) {
        return node.name() + " was sent to " + node.wishes().desiredImage().map(i -> i.abbreviated()).orElse("an image")
                + " and has not come back for " + Durations.text(bootTimeout)
                + ": look at its console; a new target or its return lifts this";
    }
}
