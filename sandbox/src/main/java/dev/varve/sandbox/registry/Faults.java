package dev.varve.sandbox.registry;

import java.util.OptionalInt;

/** Answers somebody asked for, given to the next requests before anything else is looked at. */
final class Faults {
    private int left;
    private int status;

    synchronized void failNext(int count, int withStatus) {
        if (count < 0 || withStatus < 400 || withStatus > 599) {
            throw new IllegalArgumentException("want a count of 0 or more and a status from 400 to 599, not " + count + ", " + withStatus);
        }
        left = count;
        status = withStatus;
    }

    synchronized OptionalInt take() {
        if (left == 0) {
            return OptionalInt.empty();
        }
        left--;
        return OptionalInt.of(status);
    }
}
