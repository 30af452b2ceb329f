package dev.varve.sandbox.api;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one watcher has still to hear. The store offers, the watcher's thread takes. One that falls too far behind is told so
 * with 410 Gone and has to list again, like a watcher of the real server that fell out of its window.
 */
final class Watch {
    private final Selection selection;
    private final long started;
    private final int mostBehind;
    private final Deque<Change.Event> replay = new ArrayDeque<>();
    private final LinkedBlockingQueue<Change> live = new LinkedBlockingQueue<>();
    private volatile @Nullable StatusException failure;

    /** @param started version of the store at which live changes begin */
    Watch(Selection selection, long started, int mostBehind) {
        this.selection = selection;
        this.started = started;
        this.mostBehind = mostBehind;
    }

    Selection selection() {
        return selection;
    }

    long started() {
        return started;
    }

    /** Before the watch is handed out: what the watcher has missed, or all there is. */
    void replay(Change.Event event) {
        replay.add(event);
    }

    void replay(Change change) {
        change.seenBy(selection).ifPresent(replay::add);
    }

    void offer(Change change) {
        if (live.size() >= mostBehind) {
            fail(StatusException.expired(Long.toString(change.version()), change.version()));
        } else {
            live.add(change);
        }
    }

    void fail(StatusException reason) {
        failure = reason;
    }

    /** Why nothing more will come. */
    Optional<StatusException> failure() {
        return Optional.ofNullable(failure);
    }

    boolean idle() {
        return replay.isEmpty() && live.isEmpty();
    }

    /** What there was before the first live change; empty at its end. */
    Optional<Change.Event> replayed() {
        return Optional.ofNullable(replay.poll());
    }

    /** The next change that this watcher is to hear of; empty where none came in time. */
    Optional<Change.Event> next(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        Change change = live.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        while (change != null) {
            Optional<Change.Event> event = change.seenBy(selection);
            if (event.isPresent()) {
                return event;
            }
            change = live.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return Optional.empty();
    }
}
