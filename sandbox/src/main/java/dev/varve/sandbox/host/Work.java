package dev.varve.sandbox.host;

import java.time.Duration;

/** What a transaction does once it is started, on a thread of its own. */
@FunctionalInterface
interface Work {

    /** What its peers hear meanwhile. */
    interface Progress {
        void message(String text);

        /** A task that takes so long; its end is heard also when it is cancelled. */
        void task(String text, Duration lasts) throws InterruptedException;

        void progressEnd();

        /** The daemon is killed here; nothing after this happens. */
        void die() throws InterruptedException;
    }

    /** What happens after {@code Finished(true)}. */
    enum Then {
        NOTHING,
        REBOOT
    }

    /**
     * @throws TransactionFailed to end it with a text
     * @throws InterruptedException when it is cancelled
     */
    Then run(Progress progress) throws TransactionFailed, InterruptedException;
}
