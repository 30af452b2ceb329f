package dev.varve.controller.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that take keys from the queue and turn them, and the clockwork around them: a full resync, and a report of
 * turns that take too long. A pool that fails or hangs holds up its own key only, as long as there is another thread.
 */
public final class Workers implements AutoCloseable {
    /** How often every known pool gets a turn though nothing has changed. */
    static final Duration RESYNC = Duration.ofMinutes(10);
    /** A turn that takes longer is reported. */
    static final Duration SLOW = Duration.ofSeconds(30);
    /** A turn that takes longer means that this process is of no use any more. */
    static final Duration STUCK = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final WorkQueue queue;
    private final Turn turn;
    private final Supplier<Set<String>> pools;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Long> begun = new ConcurrentHashMap<>();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("varve-clockwork").factory());

    /** @param pools keys of all pools, for the resync */
    public Workers(WorkQueue queue, Turn turn, Supplier<Set<String>> pools) {
        this.queue = queue;
        this.turn = turn;
        this.pools = pools;
    }

    public void start(int count) {
        for (int i = 1; i <= count; i++) {
            threads.add(Thread.ofPlatform().name("varve-turn-" + i).start(this::work));
        }
        clockwork.scheduleAtFixedRate(this::resync, 0, RESYNC.toSeconds(), TimeUnit.SECONDS);
        clockwork.scheduleAtFixedRate(() -> reportSlow(SLOW), SLOW.toSeconds(), SLOW.toSeconds() / 3, TimeUnit.SECONDS);
    }

    /** No turn is stuck. */
    public boolean isHealthy() {
        return slower(STUCK).isEmpty();
    }

    /** Interrupts what runs, and returns when it has ended or after {@code patience}. */
    public void stop(Duration patience) {
        clockwork.shutdownNow();
        queue.close();
        threads.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + patience.toNanos();
        for (Thread thread : threads) {
            long left = deadline - System.nanoTime();
            if (thread == Thread.currentThread() || left <= 0) {
                continue;
            }
            try {
                thread.join(Duration.ofNanos(left));
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        stop(Duration.ofSeconds(5));
    }

    private void work() {
        try {
            Optional<String> key = queue.take();
            while (key.isPresent()) {
                turn(key.get());
                key = queue.take();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn(String pool) {
        begun.put(pool, System.nanoTime());
        try {
            Turn.Outcome outcome = turn.run(pool);
            if (outcome.failure().isPresent()) {
                LOG.warn("pool {} could not be turned and is tried again", pool, outcome.failure().get());
                queue.retry(pool);
            } else {
                queue.succeeded(pool);
                outcome.again().ifPresent(delay -> queue.add(pool, delay));
            }
        } catch (Error broken) {
            // Whatever it is, it must not cost the other pools this thread.
            LOG.error("the turn of pool {} broke off and is tried again", pool, broken);
            queue.retry(pool);
        } finally {
            begun.remove(pool);
            reported.remove(pool);
            queue.done(pool);
        }
    }

    private void resync() {
        try {
            pools.get().forEach(queue::add);
        } catch (RuntimeException failed) {
            // A scheduled task that throws is never run again.
            LOG.warn("could not list the pools for a resync; it is tried again in {}", RESYNC, failed);
        }
    }

    void reportSlow(Duration limit) {
        for (String pool : slower(limit)) {
            if (reported.add(pool)) {
                LOG.warn("the turn of pool {} takes longer than {} and goes on", pool, limit);
            }
        }
    }

    private List<String> slower(Duration limit) {
        long now = System.nanoTime();
        return begun.entrySet().stream()
                .filter(entry -> now - entry.getValue() > limit.toNanos())
                .map(Map.Entry::getKey)
                .toList();
    }
}
