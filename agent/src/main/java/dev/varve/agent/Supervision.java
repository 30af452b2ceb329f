package dev.varve.agent;

import dev.varve.agent.loop.Situation;
import dev.varve.systemd.ServiceNotices;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The agent as the service manager sees it, where it is started as a unit and not in a pod. The watchdog is fed as long as no
 * turn of the loop takes longer than the watchdog waits: a waiting loop is alive, a stuck one is not.
 */
final class Supervision implements AutoCloseable {
    private final ServiceNotices notices;
    private final CountDownLatch end = new CountDownLatch(1);

    Supervision(ServiceNotices notices) {
        this.notices = notices;
    }

    /** @param stuck whether the loop has been busy with one turn for so long, or has ended */
    void begins(Predicate<Duration> stuck) {
        notices.ready();
        notices.watchdog().ifPresent(limit ->
                Thread.ofPlatform().daemon().name("varve-watchdog").start(() -> feed(limit, stuck)));
    }

    void about(Situation situation) {
        notices.status(situation.phase() + ": " + situation.reason());
    }

    /** To be called first when the process ends. */
    @Override
    public void close() {
        end.countDown();
        notices.stopping();
        notices.close();
    }

    private void feed(Duration limit, Predicate<Duration> stuck) {
        try {
            do {
                if (!stuck.test(limit)) {
                    notices.alive();
                }
                // sd_watchdog_enabled(3) recommends half of the time.
            } while (!end.await(limit.toNanos() / 2, TimeUnit.NANOSECONDS));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
