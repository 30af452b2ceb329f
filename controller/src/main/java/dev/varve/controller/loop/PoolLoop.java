package dev.varve.controller.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One loop of the controller, turned for one pool at a time: reads all facts anew, decides, acts. A turn may be repeated or
 * cut off at any line; an exception means that the pool is tried again with backoff and no other pool is held up.
 */
public interface PoolLoop {

    /** One word, for metrics and logs: {@code render}, {@code build}, {@code rollout}, {@code status}. */
    String name();

    /**
     * @param pool name of a MachineConfigPool that may not exist (any more)
     * @param earlier what the loops before this one found in the same turn
     */
    Result turn(String pool, Instant now, List<Finding> earlier);

    /**
     * @param again when to turn this pool again even if nothing changes; empty where only a change matters
     * @param findings what later loops of this turn should know
     */
    record Result(Optional<Duration> again, List<Finding> findings) {
        public static final Result NOTHING = new Result(Optional.empty(), List.of());

        public Result {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Something the pool's status must say.
     *
     * @param condition type of the pool condition it belongs to, e.g. {@code RenderDegraded}
     * @param bad the condition is True
     * @param message one sentence: what, on what, what would end it
     */
    record Finding(String condition, boolean bad, String reason, String message) {}
}
