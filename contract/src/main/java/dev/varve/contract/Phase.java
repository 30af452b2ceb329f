package dev.varve.contract;

import java.util.Optional;

/** {@code V/phase}: what happens on the node now. */
public enum Phase {
    Idle,
    Staging,
    Staged,
    Cordoning,
    Draining,
    Finalizing,
    Rebooting,
    Verifying,
    RollingBack,
    Waiting,
    Failed;

    /** Empty where the text is none of ours. */
    public static Optional<Phase> parse(String text) {
        for (Phase phase : values()) {
            if (phase.name().equals(text)) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }
}
