package dev.varve.agent.decide;

import dev.varve.contract.Durations;
import dev.varve.contract.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Row 6: the host has been asked to reboot, and is still up. */
final class GoingDown {
    private final Request request;
    private final Host host;
    private final Instant now;

    GoingDown(Request request, Host host, Instant now) {
        this.request = request;
        this.host = host;
        this.now = now;
    }

    /** Empty where no reboot is on its way. */
    Optional<Decision> decide(Attempt attempt) {
        Optional<Attempt.RollBackIntent> back =
                attempt.rollBack().filter(r -> r.bootId().equals(host.bootId()));
        if (back.isPresent()) {
            return Optional.of(goingBack(attempt, back.get()));
        }
        return attempt.finalization()
                .filter(f -> f.bootId().equals(host.bootId()))
                .flatMap(f -> finalizing(attempt, f));
    }

    private Optional<Decision> finalizing(Attempt attempt, Finalization asked) {
        Optional<Deployment> stage = host.staged().filter(d -> d.isOf(asked.target()));
        if (!asked.accepted() && stage.filter(d -> !d.locked()).isEmpty()) {
            return Optional.empty();
        }
        Duration limit = request.policy().bootTimeout();
        if (now.isBefore(asked.since().plus(limit))) {
            return Optional.of(new Decision(
                    attempt.edit(),
                    new Step.Wait(Phase.Rebooting, "waits for the host to reboot", Optional.of(asked.since().plus(limit)))));
        }
        return stage.map(staged -> again(attempt, asked, staged));
    }

    private Decision again(Attempt attempt, Finalization asked, Deployment staged) {
        var again = asked.asked(now, false);
        var stuck = new Trouble(Phase.Rebooting, FailureClass.Transient, stuck(), 1, Optional.of(now), false);
        return new Decision(
                attempt.edit().finalization(Optional.of(again)).trouble(stuck),
                new Step.Finalize(staged.digest().orElseGet(asked.target()::requireDigest)));
    }

    private String stuck() {
        String who = host.inhibitors().isEmpty()
                ? "no inhibitor is held, see systemctl list-jobs on the node"
                : "held up by " + String.join("; ", host.inhibitors());
        return "the host is still up " + Durations.text(request.policy().bootTimeout())
                + " after it was asked to reboot: " + who + "; it is asked again";
    }

    private Decision goingBack(Attempt attempt, Attempt.RollBackIntent back) {
        // The boot order changes at once where the host has agreed.
        boolean agreed = host.deployments().stream().findFirst().filter(d -> !d.booted()).isPresent();
        Instant limit = back.since().plus(request.policy().bootTimeout());
        Optional<Instant> retry = attempt.trouble()
                .filter(t -> t.phase() == Phase.RollingBack && t.holds(now))
                .flatMap(Trouble::retryAt);
        if (agreed && now.isBefore(limit) || retry.isPresent()) {
            return new Decision(
                    attempt.edit(),
                    new Step.Wait(Phase.RollingBack, "waits for the host to go back: " + back.cause(), retry.or(() -> Optional.of(limit))));
        }
        return new Decision(
                attempt.edit().rollBack(Optional.of(new Attempt.RollBackIntent(back.bootId(), now, back.cause()))),
                new Step.RollBack(back.cause()));
    }
}
