package dev.varve.agent.loop;

import dev.varve.agent.decide.Backoff;
import dev.varve.contract.AgentPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** How long to leave alone what just failed, where that need not survive a restart. */
final class Retry {
    private static final AgentPolicy.Retry WAITS =
            new AgentPolicy.Retry(Duration.ofMillis(500), 2, Duration.ofSeconds(30), Integer.MAX_VALUE);

    private final Clock clock;
    private final RandomGenerator random;
    private int failures;
    private Instant until = Instant.EPOCH;

    Retry(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    Instant failed() {
        failures++;
        until = clock.instant().plus(Backoff.wait(WAITS, failures, random.nextDouble()));
        return until;
    }

    void succeeded() {
        failures = 0;
        until = Instant.EPOCH;
    }

    /** Present while it is too early to try again. */
    Optional<Instant> early() {
        return clock.instant().isBefore(until) ? Optional.of(until) : Optional.empty();
    }
}
