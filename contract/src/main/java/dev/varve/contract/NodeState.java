package dev.varve.contract;

import java.util.Optional;

/** {@code M/state}: what a waiter waits on. Spelled as the reference spells it. */
public enum NodeState {
    Done,
    Working,
    Degraded;

    /** Empty where the text is none of ours: such a value is acted on by nobody. */
    public static Optional<NodeState> parse(String text) {
        for (NodeState state : values()) {
            if (state.name().equals(text)) {
                return Optional.of(state);
            }
        }
        return Optional.empty();
    }
}
