package dev.varve.testbed.host;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** For what nobody announces: the state of a process, an answer of a server that is just starting. */
public final class Waiting {
    private static final Duration LOOK = Duration.ofMillis(100);

    private Waiting() {}

    /**
     * Looks until it holds, at least once.
     *
     * @return false where it did not within that time
     */
    public static boolean until(BooleanSupplier holds, Duration longest) {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                throw new TestbedException("interrupted", ended);
            }
        }
        return true;
    }
}
