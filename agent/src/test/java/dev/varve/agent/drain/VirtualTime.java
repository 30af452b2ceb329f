package dev.varve.agent.drain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time passes only where somebody lets it: an hour takes a moment. */
final class VirtualTime extends Clock {
    static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private volatile Instant now = START;

    void pass(Duration duration) {
        now = now.plus(duration);
    }

    @Override
    public Instant instant() {
        return now;
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
