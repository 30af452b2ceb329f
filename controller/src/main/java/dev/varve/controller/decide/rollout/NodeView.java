package dev.varve.controller.decide.rollout;

import dev.varve.contract.Keys;
import dev.varve.contract.NodeFacts;
import dev.varve.contract.NodeState;
import dev.varve.contract.NodeWishes;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A node as the rollout sees it.
 *
 * @param zone of {@code topology.kubernetes.io/zone}
 * @param poolLabel value of the label {@code V/pool}
 * @param member belongs to the pool; otherwise it has left it and is to go back to its origin image
 * @param ready as the reference counts it (reference-behaviour.md 4.3), without a look at cordons
 * @param readyChanged when {@code Ready} last changed
 * @param updatingTaint the node has the taint {@code V/updating}
 * @param agentSeen an agent runs on the node, or has reported from it
 */
public record NodeView(
        String name,
        Optional<String> zone,
        Instant created,
        Optional<String> poolLabel,
        boolean member,
        boolean ready,
        Optional<Instant> readyChanged,
        boolean unschedulable,
        boolean updatingTaint,
        boolean agentSeen,
        NodeWishes wishes,
        NodeFacts facts) {

    /** The agent has taken the node out of service, or is about to, or has not yet brought it back. */
    private static final Set<Phase> ACTING = EnumSet.of(
            Phase.Cordoning, Phase.Draining, Phase.Finalizing, Phase.Rebooting, Phase.Verifying, Phase.RollingBack);
    /** From here on a withdrawn wish comes too late: the host is going down or already in its next boot. */
    private static final Set<Phase> BEYOND_RECALL =
            EnumSet.of(Phase.Finalizing, Phase.Rebooting, Phase.Verifying, Phase.RollingBack);
    /** A node that fails in these has pods that do not go; the image has done nothing wrong. */
    private static final Set<Phase> HOLDS_PODS = EnumSet.of(Phase.Cordoning, Phase.Draining);
    /** In these a cordon that the agent had made may still stand. */
    private static final Set<Phase> HOLDING = EnumSet.of(Phase.Waiting, Phase.Failed);

    public boolean isDone() {
        return facts.state().filter(NodeState.Done::equals).isPresent();
    }

    /** The node has completed this target, and nothing else is going on. */
    public boolean isAt(Target target) {
        return isDone() && hasCompleted(target);
    }

    /** It is there, and nothing else is wished of it. */
    public boolean isSettledAt(Target target) {
        return isAt(target) && isWishedAt(target);
    }

    /** The last that it completed, though it may be on its way to something else. */
    boolean hasCompleted(Target target) {
        return facts.currentImage().filter(target.image()::equals).isPresent()
                && facts.currentConfig().filter(target.config()::equals).isPresent();
    }

    boolean isWishedAt(Target target) {
        return grantIs(target) && wants(target.image()) && !wishesAreBroken();
    }

    boolean grantIs(Target target) {
        return wishes.desiredImage().filter(target.image()::equals).isPresent()
                && wishes.desiredConfig().filter(target.config()::equals).isPresent();
    }

    boolean wants(Pullspec image) {
        return wishes.wanted().filter(image::equals).isPresent();
    }

    boolean hasStaged(Pullspec image) {
        return facts.staged().filter(image::equals).isPresent();
    }

    /** The node may leave service now and has not yet completed what it was granted. */
    public boolean hasOpenGrant() {
        return wishes.granted() && !isWhereGranted();
    }

    /** The grant says no more than what the node has completed. */
    boolean isWhereGranted() {
        return wishes.grantIsSpent(facts);
    }

    boolean isActing() {
        return !isDone() && in(ACTING);
    }

    boolean isBeyondRecall() {
        return in(BEYOND_RECALL);
    }

    /** NotReady, and not because it is rebooting for us. */
    boolean isDown() {
        return !ready && !(isBeyondRecall() && hasOpenGrant());
    }

    /** Out of service through us, or free to leave it at any moment. */
    public boolean takesSlot() {
        return isActing() || hasOpenGrant() && !(hasGivenUp() && serves());
    }

    /**
     * Not to be counted on, for whatever reason; but a cordon that is not ours, on a node we have nothing open with, is
     * somebody else's business and costs no budget.
     */
    public boolean isUnavailable() {
        boolean oursToUpdate = hasOpenGrant() || isActing() || in(HOLDING);
        return !ready || unschedulable && oursToUpdate;
    }

    public boolean serves() {
        return ready && !unschedulable;
    }

    /** The agent will not try the granted image again by itself. */
    private boolean hasGivenUp() {
        return wishes.desiredImage().filter(this::refuses).isPresent();
    }

    /** The image did not survive its boot here, or the node says that trying again is of no use. */
    boolean refuses(Pullspec image) {
        return facts.rejected().contains(image.requireDigest())
                || facts.failure().filter(f -> f.permanent() && f.image().equals(image.toString())).isPresent();
    }

    /** The node failed on the way to this image and needs somebody to do something. */
    boolean failedOn(Pullspec image) {
        if (facts.failure().filter(f -> HOLDS_PODS.contains(f.phase())).isPresent()) {
            return false;
        }
        // What an agent says of an earlier image can still arrive after it was told of this one.
        boolean saysSo = facts.failure().map(f -> f.image().equals(image.toString())).orElse(true);
        return refuses(image) || wants(image) && isDegraded() && saysSo;
    }

    public boolean isDegraded() {
        return facts.state().filter(NodeState.Degraded::equals).isPresent();
    }

    /** What we wrote on the node, or somebody in our place, cannot be read by its agent, who does nothing until it can. */
    boolean wishesAreBroken() {
        return wishes.problems().stream().anyMatch(problem -> !problem.startsWith(Keys.POLICY));
    }

    /** The policy that stands on the node cannot be read. */
    boolean policyIsBroken() {
        return wishes.problems().stream().anyMatch(problem -> problem.startsWith(Keys.POLICY));
    }

    private boolean in(Set<Phase> phases) {
        return facts.phase().filter(phases::contains).isPresent();
    }
}
