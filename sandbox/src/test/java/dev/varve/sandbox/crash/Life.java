package dev.varve.sandbox.crash;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** One life of an agent, from its start to its end: after that, nothing that it wants to do happens any more. */
final class Life {
    private final AtomicReference<Course> course;
    private volatile boolean ended;

    /** @param course of the node's present update */
    Life(AtomicReference<Course> course) {
        this.course = course;
    }

    void end() {
        ended = true;
    }

    /** @throws Died where this life is over */
    void check(Line line) {
        if (ended) {
            throw new Died(line.toString());
        }
    }

    /** A line on either side of what outlives the agent. */
    <T> T around(String effect, Supplier<T> act) {
        Course now = course.get();
        int time = now.before(effect, this);
        T result = act.get();
        now.reached(new Line(effect, time, true), this);
        return result;
    }

    void around(String effect, Runnable act) {
        around(effect, () -> {
            act.run();
            return true;
        });
    }

    /** A line in the middle of something. */
    void passes(String effect) {
        course.get().before(effect, this);
    }
}
