package dev.varve.sandbox.crash;

import java.time.Duration;

/**
 * How an agent comes to its end.
 *
 * @param powerCut with the whole machine; else it alone, as by {@code kill -9}
 * @param delay from the line to the end; none ends it on the line, nothing of it goes on
 */
record Death(boolean powerCut, Duration delay) {
    static final Death KILL = new Death(false, Duration.ZERO);
    static final Death POWER_CUT = new Death(true, Duration.ZERO);

    @Override
    public String toString() {
        return (powerCut ? "power cut" : "kill") + (delay.isZero() ? "" : " " + delay.toMillis() + " ms");
    }
}
