package dev.varve.systemd;

import java.util.logging.LogManager;

/**
 * Keeps the log until the process has ended. The JDK's own closes all handlers as soon as a shutdown begins, beside the hooks
 * that still have something to say. For {@code -Djava.util.logging.manager}, since the first logger needs it.
 */
public final class LastingLog extends LogManager {

    @Override
    public void reset() {
        if (!ending()) {
            super.reset();
        }
    }

    /** The JDK says so only by refusing another hook. */
    private static boolean ending() {
        var hook = new Thread();
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException inProgress) {
            return true;
        }
    }
}
