package dev.varve.agent.rpmostree;

import dev.varve.agent.host.HostException;
import dev.varve.contract.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction on its peer socket. Signals are collected from before Start, so that none is missed; leave it at once when it
 * is over, because it stays the active one until then.
 */
final class TransactionPeer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionPeer.class);
    private static final String PATH = "/";
    private static final String INTERFACE = Daemon.NAME + ".Transaction";
    private static final String CANCELLED = "Operation was cancelled";
    /** rpm-ostree needs some 12 ms; a pull that cannot be cancelled goes on without us. */
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(10);
    /** Most texts that wait to be passed on, and the longest, in characters: they are for people, who read the last. */
    private static final int MOST_WAITING = 1_000;
    private static final int LONGEST = 2_000;

    private sealed interface Event {
        record Told(String text) implements Event {}

        record Finished(boolean success, String text) implements Event {}

        record Ended() implements Event {}
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Duration replyTimeout;
    private final Link link;

    /** @throws HostException where it cannot be reached */
    TransactionPeer(Path socket, Duration replyTimeout) {
        this.replyTimeout = replyTimeout;
        this.link = Link.open(socket, new Collector(events));
    }

    /** Does not start it. */
    String title() {
        Object title = link.call("read a transaction's title", null, Method.get(PATH), replyTimeout, INTERFACE, "Title").getFirst();
        return DBusValues.unwrapped(title).toString();
    }

    /** Starts it, or joins it where it runs, or has its end told again where it is over. */
    void start(String operation) {
        link.call(operation, null, new Method(PATH, INTERFACE, "Start", ""), replyTimeout);
    }

    /**
     * Waits for its end.
     *
     * @param stall after which without a word it is cancelled
     * @throws HostException where it failed, was cancelled, or its end was not heard (then named {@code Disconnected})
     */
    void await(String operation, Duration stall, Consumer<String> progress) {
        try {
            while (true) {
                switch (events.poll(stall.toNanos(), TimeUnit.NANOSECONDS)) {
                    case Event.Told told -> progress.accept(told.text());
                    case Event.Finished end -> {
                        check(operation, end);
                        return;
                    }
                    case Event.Ended ended ->
                            throw new HostException(operation, Link.DISCONNECTED, "rpm-ostree went away before the end was heard");
                    case null -> {
                        cancel(operation);
                        throw new HostException(operation, "", "no progress for " + Durations.text(stall) + ", cancelled");
                    }
                }
            }
        } catch (InterruptedException stopped) {
            cancel(operation);
            Thread.currentThread().interrupt();
            throw new HostException(operation, CANCELLED, stopped);
        }
    }

    @Override
    public void close() {
        link.close();
    }

    private static void check(String operation, Event.Finished end) {
        if (!end.success()) {
            throw new HostException(operation, "", end.text());
        }
    }

    /** Asks for its end and waits for that a while: what comes next would find it still running. */
    private void cancel(String operation) {
        try {
            link.call("cancel: " + operation, null, new Method(PATH, INTERFACE, "Cancel", ""), CANCEL_PATIENCE);
            long deadline = System.nanoTime() + CANCEL_PATIENCE.toNanos();
            Event next = events.poll(CANCEL_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            while (next instanceof Event.Told) {
                next = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (HostException failed) {
            LOG.warn("could not cancel, it may go on: {}", operation, failed);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /** Puts what is heard in a row. */
    private record Collector(BlockingQueue<Event> events) implements Link.Ear {
        @Override
        public void signal(String path, String iface, String member, List<Object> values) {
            if (!iface.equals(INTERFACE)) {
                return;
            }
            switch (member) {
                case "Message", "TaskBegin" -> told(values.isEmpty() ? "" : values.getFirst().toString());
                // The end of a task is a sign of life, and nothing to tell.
                case "TaskEnd", "ProgressEnd", "PercentProgress", "DownloadProgress" -> told("");
                case "Finished" ->
                        events.add(new Event.Finished(Boolean.TRUE.equals(values.getFirst()), values.get(1).toString()));
                default -> { }
            }
        }

        /** The reading thread must not wait: what is too much is dropped, the end never. */
        private void told(String text) {
            if (events.size() < MOST_WAITING) {
                events.add(new Event.Told(text.length() > LONGEST ? text.substring(0, LONGEST) : text));
            }
        }

        @Override
        public void ended() {
            events.add(new Event.Ended());
        }
    }
}
