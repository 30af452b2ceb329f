package dev.varve.agent.decide;

import dev.varve.contract.Phase;
import java.time.Instant;
import java.util.Optional;

/**
 * The last thing that failed on the way to the target.
 *
 * @param phase what the node was doing
 * @param kind by what can be done about it
 * @param sentence for people
 * @param attempts tries so far, 1 or more
 * @param retryAt when it is tried again by itself; empty where only a new target helps
 * @param suspect the host may have left a stage behind that must not be used
 */
public record Trouble(
        Phase phase, FailureClass kind, String sentence, int attempts, Optional<Instant> retryAt, boolean suspect) {

    public boolean permanent() {
        return retryAt.isEmpty();
    }

    /** Still to be waited for. */
    public boolean holds(Instant now) {
        return retryAt.map(now::isBefore).orElse(true);
    }

    Trouble cleaned() {
        return new Trouble(phase, kind, sentence, attempts, retryAt, false);
    }
}
