package dev.varve.sandbox.kubelet;

import java.time.Instant;

/** One stand-in. A turn looks at everything anew and does what is to be done now. */
interface ControlLoop {
    /** What a turn returns when nothing falls due by time alone. */
    Instant NOTHING_DUE = Instant.MAX;

    /** @return when the next turn is needed even if nothing changes */
    Instant turn(Instant now);

    static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
