package dev.varve.sandbox.kubelet;

import java.time.Duration;

/**
 * How long things take here; all zero or more.
 *
 * @param podStart from "bound to a node that is up", or from the boot, to Running and Ready
 * @param podTerminate longest time a pod takes to stop, whatever grace it was given
 * @param leaseExpiry from a machine's going down to {@code Ready=Unknown}; 40 s on a real cluster
 * @param restartBackOff from a container's exit to its restart, where the pod's restart policy asks for one
 */
public record Timings(Duration podStart, Duration podTerminate, Duration leaseExpiry, Duration restartBackOff) {
    /** Short enough to watch, long enough to be seen. */
    public static final Timings DEFAULT =
            new Timings(Duration.ofMillis(400), Duration.ofMillis(600), Duration.ZERO, Duration.ofSeconds(1));

    public Timings {
        if (podStart.isNegative() || podTerminate.isNegative() || leaseExpiry.isNegative() || restartBackOff.isNegative()) {
            throw new IllegalArgumentException("a timing is negative");
        }
    }
}
