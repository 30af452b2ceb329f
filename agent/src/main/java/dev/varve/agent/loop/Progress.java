package dev.varve.agent.loop;

import dev.varve.agent.decide.Activity;
import dev.varve.contract.DrainReport;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** How far the worker has come; written by it, read by the loop. */
final class Progress {
    private final Clock clock;
    private final Runnable wake;
    private Activity activity = Activity.NONE;
    private Instant heard = Instant.EPOCH;

    Progress(Clock clock, Runnable wake) {
        this.clock = clock;
        this.wake = wake;
    }

    synchronized void begin() {
        activity = Activity.NONE;
        heard = clock.instant();
    }

    /** The clock was set: the silence is counted anew. */
    synchronized void timeSet() {
        heard = clock.instant();
    }

    void said(String text) {
        set(new Activity(text, Optional.empty()));
    }

    /** Who holds the drain up stands in the report; a text that repeats it would be one more thing to write. */
    void drained(DrainReport report) {
        set(new Activity("", Optional.of(report)));
    }

    synchronized Activity activity() {
        return activity;
    }

    /** When it last said something. */
    synchronized Instant heard() {
        return heard;
    }

    private void set(Activity next) {
        synchronized (this) {
            activity = next;
            heard = clock.instant();
        }
        wake.run();
    }
}
