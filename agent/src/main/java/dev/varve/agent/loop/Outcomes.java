package dev.varve.agent.loop;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.FailureClass;
import dev.varve.agent.decide.Step;
import dev.varve.agent.host.HostException;
import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Durations;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What an ended step means for the attempt. */
final class Outcomes {
    /** What rpm-ostree answers to everything once it has agreed to a reboot (rpm-ostree-dbus.md 1.6). */
    private static final String REBOOT_INITIATED = "Reboot initiated";

    private final Clock clock;
    private final RandomGenerator random;

    Outcomes(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    Attempt succeeded(Attempt attempt, Step step) {
        return switch (step) {
            case Step.Stage _ -> attempt.staged();
            case Step.DropStage _ -> attempt.dropped();
            case Step.Finalize _ -> attempt.accepted(clock.instant());
            default -> attempt;
        };
    }

    Attempt failed(Attempt attempt, Step step, RuntimeException failure, AgentPolicy.Retry retry) {
        if (!(failure instanceof HostException host)) {
            return attempt;
        }
        return switch (step) {
            case Step.Stage stage -> notStaged(attempt, stage.image(), host, retry);
            case Step.FollowTransaction follow ->
                follow.transaction().ours() && attempt.target().isPresent()
                        ? notStaged(attempt, attempt.target().get(), host, retry)
                        : attempt;
            case Step.Finalize _ when host.detail().contains(REBOOT_INITIATED) -> attempt.accepted(clock.instant());
            // Its end was not heard, as when the host goes down at once: whether it agreed is seen by the stage's lock.
            case Step.Finalize _ when !heard(host) -> attempt;
            case Step.Finalize finalize ->
                later(attempt, Phase.Finalizing, "the host does not reboot into " + finalize.digest().abbreviated(), host, retry);
            case Step.RollBack _ -> later(attempt, Phase.RollingBack, "the host does not go back", host, retry);
            default -> attempt;
        };
    }

    /** Stands for the host's word where it said nothing for too long. */
    static HostException stalled(Duration silence) {
        return new HostException("pull", "dev.varve.Stalled", "no progress for " + Durations.text(silence) + ", cancelled");
    }

    private Attempt notStaged(Attempt attempt, Pullspec image, HostException failure, AgentPolicy.Retry retry) {
        FailureClass kind = FailureClass.of(failure.detail());
        return attempt.failed(
                Phase.Staging, kind, kind.sentence(image, failure.detail()), heard(failure), retry, clock.instant(), random.nextDouble());
    }

    private Attempt later(Attempt attempt, Phase phase, String what, HostException failure, AgentPolicy.Retry retry) {
        return attempt.failed(
                phase,
                FailureClass.Transient,
                what + ": " + failure.detail() + "; it is asked again",
                false,
                retry,
                clock.instant(),
                random.nextDouble());
    }

    /**
     * The host itself has said that it failed. It may have staged all the same, and such a stage must not be used; where the
     * end was not heard, a stage that is there is good (rpm-ostree-dbus.md 7.1).
     */
    private static boolean heard(HostException failure) {
        return failure.errorName().isEmpty() && failure.getCause() == null;
    }
}
