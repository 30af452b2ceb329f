package dev.varve.agent.decide;

import dev.varve.contract.Durations;
import dev.varve.contract.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Row 3: the booted target shows that it is good, and keeps showing it for the soak; or the node goes back. */
final class BootCheck {
    private final Request request;
    private final Host host;
    private final Instant now;

    BootCheck(Request request, Host host, Instant now) {
        this.request = request;
        this.host = host;
        this.now = now;
    }

    /** Empty where the boot has passed. */
    Optional<Decision> decide(Attempt attempt) {
        Attempt.Health health = attempt.health().orElse(new Attempt.Health(now, Optional.empty()));
        Optional<String> missing = missing(attempt);
        if (missing.isPresent()) {
            return Optional.of(wait(attempt, new Attempt.Health(health.since(), Optional.empty()), missing.get()));
        }
        Instant good = health.goodSince().orElse(now);
        Instant enough = good.plus(request.policy().healthSoak());
        if (!now.isBefore(enough)) {
            return Optional.empty();
        }
        return Optional.of(new Decision(
                attempt.edit().health(Optional.of(new Attempt.Health(health.since(), Optional.of(good)))),
                new Step.Verify(
                        "watches the new boot for " + Durations.text(request.policy().healthSoak()), Optional.of(enough))));
    }

    private Optional<String> missing(Attempt attempt) {
        List<String> arguments = KernelArguments.ofThisBoot(request, attempt).stream()
                .filter(a -> !host.kernelArguments().contains(a))
                .toList();
        if (!arguments.isEmpty()) {
            return Optional.of("this boot lacks the kernel arguments " + String.join(" ", arguments));
        }
        if (!host.bootComplete()) {
            return Optional.of("boot-complete.target is not reached");
        }
        return request.readyIn(host.bootId()) ? Optional.empty() : Optional.of("the node is not Ready in this boot");
    }

    private Decision wait(Attempt attempt, Attempt.Health health, String missing) {
        AttemptEdit edit = attempt.edit().health(Optional.of(health));
        Instant deadline = health.since().plus(request.policy().healthTimeout());
        if (now.isBefore(deadline)) {
            return new Decision(edit, new Step.Verify("waits: " + missing, Optional.of(deadline)));
        }
        String late = missing + ", " + Durations.text(request.policy().healthTimeout()) + " after the check began";
        // A boot that we did not bring about is not ours to undo.
        return attempt.finalization()
                .map(brought -> goBack(attempt, edit, brought, late))
                .orElseGet(() -> new Decision(edit, new Step.Refuse(late)));
    }

    private Decision goBack(Attempt attempt, AttemptEdit edit, Finalization brought, String late) {
        boolean previous = host.deployments().stream().anyMatch(d -> !d.booted() && !d.staged());
        if (!previous || attempt.lostStages() >= Learning.MAX_LOST_STAGES) {
            return new Decision(edit, new Step.Refuse(late + "; there is no way back that works: this needs a person"));
        }
        if (host.staged().isPresent()) {
            return new Decision(edit, new Step.DropStage(Phase.RollingBack, "clears the way for going back: " + late));
        }
        edit.reject(brought.target().requireDigest())
                .rollBack(Optional.of(new Attempt.RollBackIntent(host.bootId(), now, late)));
        return new Decision(edit, new Step.RollBack(late));
    }
}
