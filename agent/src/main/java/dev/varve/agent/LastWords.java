package dev.varve.agent;

import java.io.PrintStream;

/**
 * A thread that ends in something nobody has caught. After an error nothing in the process can be relied on, and without its
 * loop an agent does nothing and says nothing: the process ends, and is started again by whoever started it. What other
 * threads of libraries end in is told and costs no more than what they did.
 */
final class LastWords implements Thread.UncaughtExceptionHandler {
    private final PrintStream err;
    private final Runnable end;

    /** @param end ends the process, with everything that its end brings about */
    LastWords(PrintStream err, Runnable end) {
        this.err = err;
        this.end = end;
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        boolean fatal = failure instanceof Error || thread.getName().startsWith("varve-");
        err.println((fatal ? "<2>" : "<4>") + "thread " + thread.getName() + " ended in " + failure
                + (fatal ? "; the agent ends with it, to be started again, and goes on where it was" : ""));
        failure.printStackTrace(err);
        if (fatal) {
            // On another thread: an end waits for the agent's threads, of which this one is still one.
            Thread.ofPlatform().name("varve-last-words").start(end);
        }
    }
}
