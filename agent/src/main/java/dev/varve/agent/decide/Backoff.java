package dev.varve.agent.decide;

import dev.varve.contract.AgentPolicy;
import java.time.Duration;

/** Waits between tries, spread so that a fleet does not come back in one step. */
public final class Backoff {
    private Backoff() {}

    /**
     * Between half of the policy's wait and all of it.
     *
     * @param failures 1 or more
     * @param jitter 0 to 1, evenly spread
     */
    public static Duration wait(AgentPolicy.Retry retry, int failures, double jitter) {
        long full = retry.after(failures).toMillis();
        return Duration.ofMillis(full / 2 + Math.round(full / 2.0 * jitter));
    }
}
