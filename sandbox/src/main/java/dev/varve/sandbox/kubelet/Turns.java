package dev.varve.sandbox.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the loops one after the other on one thread, when something changed or fell due. One that fails does not stop the others. */
final class Turns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    // Also heals a change that no watch has told us of.
    private static final Duration AT_LEAST_EVERY = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Semaphore woken = new Semaphore(0);
    private final Thread thread;

    Turns(InstantSource clock, List<ControlLoop> loops) {
        this.clock = clock;
        List<ControlLoop> all = List.copyOf(loops);
        this.thread = Thread.ofPlatform().daemon().name("sandbox-control-plane").unstarted(() -> run(all));
    }

    void start() {
        thread.start();
    }

    void wake() {
        woken.release();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(List<ControlLoop> loops) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                woken.drainPermits();
                Instant due = clock.instant().plus(AT_LEAST_EVERY);
                for (ControlLoop loop : loops) {
                    due = ControlLoop.earlier(due, turn(loop));
                }
                long wait = Math.max(0, Duration.between(clock.instant(), due).toMillis());
                woken.tryAcquire(wait + 1, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private Instant turn(ControlLoop loop) {
        Instant now = clock.instant();
        try {
            return loop.turn(now);
        } catch (RuntimeException failed) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.warn("{} failed and is tried again in {}", loop.getClass().getSimpleName(), RETRY, failed);
            }
            return now.plus(RETRY);
        }
    }
}
