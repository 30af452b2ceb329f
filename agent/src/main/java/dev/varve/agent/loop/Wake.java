package dev.varve.agent.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What ends the loop's wait. Any number of wakes before the wait ends count as one. */
final class Wake {
    private final Semaphore pending = new Semaphore(0);

    void up() {
        pending.release();
    }

    /** Returns at the next wake, or when the time has come. */
    void await(Optional<Instant> until, Instant now) throws InterruptedException {
        if (until.isEmpty()) {
            pending.acquire();
        } else {
            Duration left = Duration.between(now, until.get());
            // Rounded up: waking a moment too early would decide the same and wait again.
            pending.tryAcquire(Math.max(0, left.toMillis()) + 1, TimeUnit.MILLISECONDS);
        }
        pending.drainPermits();
    }
}
