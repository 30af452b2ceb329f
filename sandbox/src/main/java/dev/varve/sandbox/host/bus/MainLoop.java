package dev.varve.sandbox.host.bus;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One virtual thread that does one thing after the other, as a daemon's main loop does; what it owns needs no lock. */
public final class MainLoop implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MainLoop.class);
    private final LinkedBlockingDeque<Runnable> work = new LinkedBlockingDeque<>();
    private final String name;
    private volatile boolean closed;

    public MainLoop(String name) {
        this.name = name;
        Thread.ofVirtual().name(name).start(this::run);
    }

    /** Does nothing once the loop is closed: what a dead daemon still had to do is not done. */
    @Override
    public void execute(Runnable task) {
        work.add(task);
    }

    /** Before all that waits: what ends a process does not queue. */
    public void executeNext(Runnable task) {
        work.addFirst(task);
    }

    public void after(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, this).execute(task);
    }

    /** Drops what is waiting; the task that runs ends by itself. */
    @Override
    public void close() {
        closed = true;
        work.add(() -> {});
    }

    private void run() {
        try {
            while (!closed) {
                Runnable next = work.take();
                if (!closed) {
                    runOne(next);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void runOne(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException fault) {
            LOG.error("main loop of {}: a task failed and was dropped", name, fault);
        }
    }
}
