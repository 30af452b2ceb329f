package dev.varve.agent.loop;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The host's clock, which somebody sets. */
final class SetClock extends Clock {
    private volatile Duration set = Duration.ZERO;

    void set(Duration by) {
        set = set.plus(by);
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(set);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
