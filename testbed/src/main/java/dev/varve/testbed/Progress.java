package dev.varve.testbed;

import dev.varve.contract.Durations;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.time.Instant;

/** Lines with the time since the start: somebody who waits for minutes wants to know for what. */
public final class Progress {
    private final PrintWriter out;
    private final InstantSource clock;
    private final Instant started;

    public Progress(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
        this.started = clock.instant();
    }

    synchronized void say(String line) {
        out.printf("%7s  %s%n", Durations.text(Duration.between(started, clock.instant())), line);
        out.flush();
    }
}
