package dev.varve.controller.kube.leader;

import java.time.Duration;

/**
 * @param lease after which a lease that is not renewed is anybody's
 * @param renew within which the holder must have renewed it, or it stops; shorter than {@code lease}
 * @param retry between two tries
 */
public record LeaseTimes(Duration lease, Duration renew, Duration retry) {
    /** Hand-over of a dead leader within 10 s, with 2 s between the end of one and the start of the next. */
    public static final LeaseTimes DEFAULT =
            new LeaseTimes(Duration.ofSeconds(8), Duration.ofSeconds(6), Duration.ofSeconds(1));

    public LeaseTimes {
        if (renew.compareTo(lease) >= 0 || retry.compareTo(renew) >= 0 || retry.isZero() || retry.isNegative()) {
            throw new IllegalArgumentException(
                    "lease times must be lease > renew > retry > 0, not " + lease + ", " + renew + ", " + retry);
        }
    }
}
