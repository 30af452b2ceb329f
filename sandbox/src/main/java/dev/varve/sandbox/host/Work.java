package dev.varve.sandbox.host;

/** What a transaction does once it is started, on a thread of its own. */
@FunctionalInterface
interface Work {

    /** What is done within a task. */
    @FunctionalInterface
    interface Step {
        void run() throws TransactionFailed, InterruptedException;
    }

    /** What its peers hear meanwhile. */
    interface Progress {
        void message(String text);

        /** A task; its end is heard also when it fails or is cancelled. */
        void task(String text, Step step) throws TransactionFailed, InterruptedException;

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
