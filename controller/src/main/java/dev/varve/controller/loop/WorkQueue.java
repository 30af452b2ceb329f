package dev.varve.controller.loop;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Keys that need a turn. A key is never handed out twice at the same time and never stands here twice; one that is added
 * while it is worked on gets another turn afterwards; nothing is ever dropped. Safe for use by several threads.
 */
public final class WorkQueue {
    /** First wait after a failed turn; doubled with each further one. */
    static final Duration FIRST_RETRY = Duration.ofMillis(200);
    /** Longest wait after a failed turn. */
    static final Duration LAST_RETRY = Duration.ofMinutes(1);

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** When each waiting key is due, in {@link #nanoTime}; linear search is fine for some hundred pools. */
    private final Map<String, Long> due = new HashMap<>();
    private final Set<String> inWork = new HashSet<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private boolean closed;

    public WorkQueue() {
        this(System::nanoTime);
    }

    WorkQueue(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** As soon as possible. */
    public void add(String key) {
        add(key, Duration.ZERO);
    }

    /** After the delay, or earlier where it stands here for an earlier time. */
    public void add(String key, Duration delay) {
        locked(() -> {
            due.merge(key, nanoTime.getAsLong() + delay.toNanos(), WorkQueue::earlier);
            changed.signalAll();
        });
    }

    /** After a failed turn: the wait grows with every one until {@link #succeeded}. */
    public void retry(String key) {
        locked(() -> {
            int failed = failures.merge(key, 1, Integer::sum);
            add(key, backoff(failed));
        });
    }

    public void succeeded(String key) {
        locked(() -> failures.remove(key));
    }

    /**
     * The next key that is due; waits for one. The caller gives it back by {@link #done}.
     *
     * @return empty where the queue is closed
     * @throws InterruptedException where interrupted while waiting
     */
    public Optional<String> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Optional<String> key = poll();
                if (key.isPresent()) {
                    return key;
                }
                long wait = untilNext();
                if (wait == Long.MAX_VALUE) {
                    changed.await();
                } else {
                    changed.await(Math.max(1, wait), TimeUnit.NANOSECONDS);
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The next key that is due, if there is one now. */
    Optional<String> poll() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            Optional<String> next = due.entrySet().stream()
                    .filter(entry -> entry.getValue() - now <= 0 && !inWork.contains(entry.getKey()))
                    .min((a, b) -> Long.compare(a.getValue() - now, b.getValue() - now))
                    .map(Map.Entry::getKey);
            next.ifPresent(key -> {
                due.remove(key);
                inWork.add(key);
            });
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** The key may be handed out again. */
    public void done(String key) {
        locked(() -> {
            inWork.remove(key);
            changed.signalAll();
        });
    }

    /** Lets go of everybody who waits; what stands here is left to the next leader, who lists everything anew. */
    public void close() {
        locked(() -> {
            closed = true;
            changed.signalAll();
        });
    }

    static Duration backoff(int failures) {
        Duration wait = FIRST_RETRY;
        for (int i = 1; i < failures && wait.compareTo(LAST_RETRY) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(LAST_RETRY) < 0 ? wait : LAST_RETRY;
    }

    private long untilNext() {
        long now = nanoTime.getAsLong();
        return due.entrySet().stream()
                .filter(entry -> !inWork.contains(entry.getKey()))
                .mapToLong(entry -> entry.getValue() - now)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    // nanoTime may be negative or overflow: only differences count.
    private static long earlier(long a, long b) {
        return a - b <= 0 ? a : b;
    }
}
