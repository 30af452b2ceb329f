package dev.varve.agent.loop;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * The host's clock, which goes on steadily while somebody sets that: what was begun is as old as it is, whatever the time of day.
 * Follows the host's clock only where it is told to. Safe for use by several threads.
 */
final class SteadyClock extends Clock {
    /** Less is the ordinary slewing of a clock, or a pause of ours. */
    private static final Duration SET = Duration.ofSeconds(5);

    private final Clock host;
    private final LongSupplier nanoseconds;
    private volatile Anchor anchor;

    private record Anchor(Instant time, long nanoseconds) {}

    /** @param nanoseconds of a source that is never set, as {@link System#nanoTime} */
    SteadyClock(Clock host, LongSupplier nanoseconds) {
        this.host = host;
        this.nanoseconds = nanoseconds;
        this.anchor = new Anchor(host.instant(), nanoseconds.getAsLong());
    }

    /** Follows the host's clock where that was set. By how much, negative where it was set back; zero where it was not. */
    Duration follow() {
        Instant told = host.instant();
        Duration jump = Duration.between(instant(), told);
        if (jump.abs().compareTo(SET) < 0) {
            return Duration.ZERO;
        }
        anchor = new Anchor(told, nanoseconds.getAsLong());
        return jump;
    }

    @Override
    public Instant instant() {
        Anchor now = anchor;
        return now.time.plusNanos(nanoseconds.getAsLong() - now.nanoseconds);
    }

    @Override
    public ZoneId getZone() {
        return host.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new SteadyClock(host.withZone(zone), nanoseconds);
    }
}
