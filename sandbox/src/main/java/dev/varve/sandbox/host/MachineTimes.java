package dev.varve.sandbox.host;

import java.time.Duration;

/**
 * How long a machine takes.
 *
 * @param pull a pull with nothing there yet, staging included; layers that are there take none of it
 * @param shutdown from the order to reboot until the machine is off. Processes live for the first half of it; in the second
 *     half the stage is finalised
 * @param boot from off until the bus is there again
 * @param forceClose after which a finished transaction no longer waits for its peers; 30 s in rpm-ostree
 */
public record MachineTimes(Duration pull, Duration shutdown, Duration boot, Duration forceClose) {
    private static final Duration RPM_OSTREE_FORCE_CLOSE = Duration.ofSeconds(30);

    public MachineTimes(Duration pull, Duration shutdown, Duration boot) {
        this(pull, shutdown, boot, RPM_OSTREE_FORCE_CLOSE);
    }
}
