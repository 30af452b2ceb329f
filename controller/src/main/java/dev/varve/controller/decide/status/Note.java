package dev.varve.controller.decide.status;

/**
 * What one of the loops before found out.
 *
 * @param condition type of the condition it belongs to
 * @param bad the condition is True for a bad reason
 * @param message one sentence
 */
public record Note(String condition, boolean bad, String reason, String message) {
    /** Reason of a note on {@link Condition#NODE_DEGRADED} that says that the rollout goes no further. */
    public static final String ROLLOUT_HALTED = "RolloutHalted";
}
