package dev.varve.agent.rpmostree;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the host is, seen from here.
 *
 * @param busAddress of the system bus, {@code unix:path=...}
 * @param hostRun stands for the host's {@code /run}: transaction sockets and the staged deployment are looked for below it
 * @param bootId file with the boot id
 * @param commandLine file with the kernel's command line
 * @param replyTimeout for one answer; rpm-ostree's own clients wait 5 minutes, because less fails on loaded nodes
 *     (rpm-ostree-dbus.md 1.1)
 * @param stallTimeout after which a transaction that tells nothing is cancelled; a large layer is silent for minutes
 */
public record RpmOstreeConfig(
        String busAddress, Path hostRun, Path bootId, Path commandLine, Duration replyTimeout, Duration stallTimeout) {
    public static final Duration REPLY_TIMEOUT = Duration.ofMinutes(5);
    public static final Duration STALL_TIMEOUT = Duration.ofMinutes(10);

    /** With rpm-ostree's own patience. */
    public RpmOstreeConfig(String busAddress, Path hostRun, Path bootId, Path commandLine) {
        this(busAddress, hostRun, bootId, commandLine, REPLY_TIMEOUT, STALL_TIMEOUT);
    }
}
