package dev.varve.agent.decide;

import dev.varve.contract.AgentPolicy.OnDrainTimeout;
import dev.varve.contract.Durations;
import dev.varve.contract.NodeState;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the node does next, from what it is told and what it sees. Pure: same facts, same step. The rows are those of the
 * table in agent.md section 2; the first that applies decides. A shutdown that is on its way (row 6) comes before a new
 * target (row 13), because it cannot be called back.
 */
public final class NodePolicy {
    /** How often to look for what nobody signals. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    public Decision decide(Request request, Host host, Attempt before, Instant now) {
        Attempt attempt = new Learning(request, host, now).learn(before);
        return new Turn(request, host, now).decide(attempt);
    }

    /** One decision: the facts do not change on the way down the table. */
    private record Turn(Request request, Host host, Instant now) {

        Decision decide(Attempt attempt) {
            if (host.transaction().isPresent()) { // rows 1 and 2
                return transaction(attempt, host.transaction().get());
            }
            Optional<Decision> goingDown = new GoingDown(request, host, now).decide(attempt); // row 6
            if (goingDown.isPresent()) {
                return goingDown.get();
            }
            if (!request.wishes().problems().isEmpty()) {
                return unreadable(attempt);
            }
            Attempt current = attempt.target().equals(request.wanted()) // row 13
                    ? attempt
                    : retargeted(attempt);
            return request.wanted().map(target -> towards(target, current)).orElseGet(() -> withdrawn(current));
        }

        private Decision transaction(Attempt attempt, HostTransaction transaction) {
            if (transaction.ours() && attempt.asksToReboot(host.bootId())) {
                // What we asked for last in this boot is the reboot itself: it ends by signal, or with this boot.
                return new Decision(attempt.edit(), new Step.Wait(
                        Phase.Rebooting, "waits for the host to reboot", Optional.of(now.plus(LOOK_AGAIN))));
            }
            boolean wanted = attempt.target().isEmpty()
                    || !request.wishes().problems().isEmpty()
                    || attempt.target().equals(request.wanted());
            return new Decision(
                    attempt.edit(),
                    wanted || !transaction.ours()
                            ? new Step.FollowTransaction(transaction)
                            : new Step.CancelTransaction(transaction));
        }

        private Decision unreadable(Attempt attempt) {
            String sentence = "the node's annotations cannot be read: " + String.join("; ", request.wishes().problems())
                    + "; nothing is done until they are mended";
            boolean back = request.cordonedByUs() && attempt.finalization().isEmpty();
            return back ? uncordon(attempt, Phase.Failed, sentence) : new Decision(attempt.edit(), new Step.Refuse(sentence));
        }

        private Attempt retargeted(Attempt attempt) {
            AttemptEdit edit = attempt.edit().retarget(request.wanted());
            boolean stillAbout = attempt.finalization()
                    .filter(f -> Optional.of(f.target()).equals(request.wanted()))
                    .isPresent();
            return stillAbout ? edit.done() : edit.finalization(Optional.empty()).rollBack(Optional.empty()).done();
        }

        private Decision withdrawn(Attempt attempt) {
            if (request.cordonedByUs()) {
                return uncordon(attempt, Phase.Waiting, "no image is wanted any more");
            }
            if (ownStageLeft(attempt)) {
                return new Decision(attempt.edit(), new Step.DropStage(Phase.Waiting, "drops its stage: no image is wanted any more"));
            }
            return new Decision(attempt.edit().cordon(settled(attempt)), new Step.Idle("no image is wanted of this node"));
        }

        private Decision towards(Pullspec target, Attempt attempt) {
            if (host.boots(target) && !wantsOtherArguments(attempt)) { // rows 3 and 4
                return booted(target, attempt);
            }
            if (attempt.rejects(target)) { // row 7
                return rejected(target, attempt);
            }
            boolean image = stagedImage(target, attempt);
            if (!image || !KernelArguments.of(request, attempt).hold(host.stagedKernelArguments())) { // row 8
                return stage(target, attempt, image);
            }
            return ready(target, attempt.staged());
        }

        /**
         * The image runs, but the node is told of a boot with other kernel arguments. A boot that we brought about is checked
         * first; and where no boot is open, a command line that somebody changed is for the check to report.
         */
        private boolean wantsOtherArguments(Attempt attempt) {
            boolean underCheck = attempt.finalization().filter(f -> !f.bootId().equals(host.bootId())).isPresent();
            boolean open = !request.granted() || !request.grantIsSpent();
            return !underCheck && open && !KernelArguments.of(request, attempt).hold(host.kernelArguments());
        }

        private Decision ready(Pullspec target, Attempt attempt) {
            if (!host.finalizerActive()) {
                String lost = "ostree-finalize-staged.service is not active: the stage would be lost at shutdown";
                return serving(attempt, new Step.Wait(Phase.Waiting, lost, Optional.of(now.plus(LOOK_AGAIN))));
            }
            if (!request.granted()) { // row 9
                return serving(attempt, new Step.Wait(
                        Phase.Staged, "has staged " + target.abbreviated() + "; waits for its turn"));
            }
            Optional<Trouble> skipped = attempt.trouble().filter(t -> t.phase() == Phase.Draining && t.permanent());
            if (skipped.isPresent()) {
                return serving(attempt, new Step.Refuse(skipped.get().sentence()));
            }
            return request.node().unschedulable() ? cordoned(target, attempt) : cordon(attempt);
        }

        private Decision booted(Pullspec target, Attempt attempt) {
            boolean passed = attempt.confirmed()
                    .filter(c -> c.bootId().equals(host.bootId()) && c.image().digest().equals(target.digest()))
                    .isPresent();
            if (!passed) { // row 3
                Optional<Decision> check = new BootCheck(request, host, now).decide(attempt);
                return check.orElseGet(() -> confirmed(target, passed(target, attempt)));
            }
            return confirmed(target, attempt);
        }

        private Attempt passed(Pullspec target, Attempt attempt) {
            return attempt.edit()
                    .confirmed(new Attempt.Confirmed(host.bootId(), target, KernelArguments.ofThisBoot(request, attempt)))
                    .retarget(Optional.of(target))
                    .finalization(Optional.empty())
                    .rollBack(Optional.empty())
                    .health(Optional.empty())
                    .rejected(attempt.rejected().stream().filter(d -> !d.equals(target.requireDigest())).toList())
                    .done();
        }

        private Decision confirmed(Pullspec target, Attempt attempt) { // row 4, and the end of row 3
            boolean ready = request.granted() && !ownStageLeft(attempt);
            if (request.cordonedByUs()) {
                return ready
                        ? new Decision(attempt.edit().drainSince(Optional.empty()), new Step.Confirm(target, true))
                        : uncordon(attempt, Phase.Verifying, target.abbreviated() + " passed its checks");
            }
            if (ownStageLeft(attempt)) {
                return new Decision(attempt.edit(), new Step.DropStage(
                        Phase.Waiting, "drops its stage: the image that is wanted runs already"));
            }
            AttemptEdit edit = attempt.edit().cordon(settled(attempt));
            if (!ready) {
                return new Decision(edit, new Step.Wait(
                        Phase.Staged, "runs " + target.abbreviated() + " already; waits for its turn"));
            }
            return new Decision(edit, reported(target)
                    ? new Step.Idle("runs " + target.abbreviated())
                    : new Step.Confirm(target, false));
        }

        private boolean reported(Pullspec target) {
            return request.facts().state().equals(Optional.of(NodeState.Done))
                    && request.facts().reason().isEmpty()
                    && request.facts().currentImage().equals(Optional.of(target))
                    && request.facts().currentConfig().equals(request.wishes().desiredConfig().or(request.facts()::currentConfig))
                    && request.facts().bootId().equals(Optional.of(host.bootId()));
        }

        private Decision rejected(Pullspec target, Attempt attempt) {
            if (!request.cordonedByUs() && bootable(target)) {
                return new Decision(attempt.edit(), new Step.DropStage(
                        Phase.Failed, "drops an image that did not survive its boot here, lest the next boot try it again"));
            }
            return serving(attempt, new Step.Refuse(attempt.trouble()
                    .filter(Trouble::permanent)
                    .orElseGet(() -> Learning.givenUp(target, "it is on this node's list of rejected images"))
                    .sentence()));
        }

        /** Staged, or left as the next to boot by a boot loader that has fallen back for once. */
        private boolean bootable(Pullspec rejected) {
            return Stream.of(host.staged(), host.bootsNext()).flatMap(Optional::stream).anyMatch(d -> !d.booted() && d.isOf(rejected));
        }

        private boolean stagedImage(Pullspec target, Attempt attempt) {
            return host.staged().filter(d -> d.isOf(target) && d.locked()).isPresent()
                    && attempt.trouble().filter(Trouble::suspect).isEmpty();
        }

        /** @param image the image is staged as it should be, only its kernel arguments are not */
        private Decision stage(Pullspec target, Attempt attempt, boolean image) {
            if (request.cordonedByUs()) {
                return uncordon(attempt, Phase.Waiting, "nothing is pulled while the node is out of service");
            }
            if (host.staged().isPresent() && !image) {
                return new Decision(attempt.edit(), new Step.DropStage(
                        Phase.Staging, "drops what is staged: it is not a locked " + target.abbreviated()));
            }
            Optional<Trouble> trouble = attempt.trouble().filter(t -> t.holds(now));
            if (trouble.isPresent()) {
                return new Decision(attempt.edit(), held(trouble.get()));
            }
            return new Decision(
                    attempt.edit().ownStage(target.digest()),
                    new Step.Stage(target, KernelArguments.of(request, attempt)));
        }

        private Step held(Trouble trouble) {
            boolean degraded = trouble.kind() != FailureClass.Transient
                    || trouble.attempts() >= request.policy().retry().attempts();
            return degraded
                    ? new Step.Refuse(trouble.sentence(), trouble.retryAt())
                    : new Step.Wait(Phase.Waiting, trouble.sentence(), trouble.retryAt());
        }

        private Decision cordon(Attempt attempt) { // row 10
            boolean again = attempt.cordon() == Cordon.Ours && attempt.drainSince().isPresent();
            return new Decision(attempt.edit().cordon(Cordon.Ours), new Step.SetCordon(again
                    ? "cordons the node again: somebody made it schedulable in the middle of its update"
                    : "takes the node out of service"));
        }

        private Decision cordoned(Pullspec target, Attempt attempt) {
            Attempt kept = attempt.edit().cordon(request.cordonedByUs() ? Cordon.Ours : Cordon.Held).done();
            return request.drained() ? finalizeNow(target, kept) : drain(kept); // rows 12 and 11
        }

        private Decision drain(Attempt attempt) {
            Instant since = attempt.drainSince().orElse(now);
            Instant deadline = since.plus(request.policy().drainTimeout());
            OnDrainTimeout choice = request.policy().onTimeout();
            AttemptEdit edit = attempt.edit().drainSince(Optional.of(since));
            if (now.isBefore(deadline)) {
                return new Decision(edit, new Step.Drain(since, false, Optional.of(deadline)));
            }
            return switch (choice) {
                case Wait -> new Decision(edit, new Step.Drain(since, false, Optional.empty()));
                case Force -> new Decision(edit, new Step.Drain(since, true, Optional.empty()));
                case Skip -> serving(skipped(edit), new Step.Refuse(tooLong()));
            };
        }

        private Attempt skipped(AttemptEdit edit) {
            return edit.drainSince(Optional.empty())
                    .trouble(new Trouble(Phase.Draining, FailureClass.Permanent, tooLong(), 1, Optional.empty(), false))
                    .done();
        }

        private String tooLong() {
            return "the node was not drained within " + Durations.text(request.policy().drainTimeout())
                    + "; it gives its turn back and serves, and is not drained again until the pool has another image";
        }

        private Decision finalizeNow(Pullspec target, Attempt attempt) {
            Optional<Trouble> refused = attempt.trouble().filter(t -> t.phase() == Phase.Finalizing && t.holds(now));
            if (refused.isPresent()) {
                return new Decision(attempt.edit(), held(refused.get()));
            }
            boolean present = host.deployments().stream().anyMatch(d -> !d.staged() && d.isOf(target));
            return new Decision(
                    attempt.edit().finalization(Optional.of(new Finalization(
                            target, request.wishes().kernelArguments(), host.bootId(), now, false, present))),
                    new Step.Finalize(host.staged().flatMap(Deployment::digest).orElseGet(target::requireDigest)));
        }

        /** The step, but not before our cordon is gone. */
        private Decision serving(Attempt attempt, Step step) {
            return request.cordonedByUs()
                    ? uncordon(attempt, Phase.Waiting, step.reason())
                    : new Decision(attempt.edit().cordon(settled(attempt)), step);
        }

        private Decision uncordon(Attempt attempt, Phase phase, String reason) {
            return new Decision(attempt.edit().drainSince(Optional.empty()), new Step.Uncordon(phase, reason));
        }

        private boolean ownStageLeft(Attempt attempt) {
            return host.staged()
                    .filter(d -> attempt.ownStage().filter(own -> d.digest().equals(Optional.of(own))
                            || d.image().flatMap(Pullspec::digest).equals(Optional.of(own))).isPresent())
                    .isPresent();
        }

        private Cordon settled(Attempt attempt) {
            return attempt.cordon() == Cordon.Held ? Cordon.Held : Cordon.None;
        }
    }
}
