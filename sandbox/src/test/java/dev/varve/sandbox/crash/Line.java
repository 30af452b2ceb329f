package dev.varve.sandbox.crash;

/**
 * A line that an agent can be ended at: just before, or just after, something that outlives it.
 *
 * @param effect what it does, e.g. {@code cordon}
 * @param time which time in this update, from 1
 * @param after the effect has happened, the agent has not heard of it
 */
record Line(String effect, int time, boolean after) {
    Line(String effect, boolean after) {
        this(effect, 1, after);
    }

    @Override
    public String toString() {
        return (after ? "after " : "before ") + effect + (time > 1 ? " (" + time + ")" : "");
    }
}
