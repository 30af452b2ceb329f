package dev.varve.sandbox;

import dev.varve.contract.Durations;
import java.time.Duration;

/**
 * What a sandbox is like.
 *
 * @param nodes simulated machines, 1 to {@value #MOST_NODES}
 * @param port of the API server on 127.0.0.1; 0 takes any that is free
 * @param pullTime for one image
 * @param bootTime from the shutdown to the kubelet's first word
 * @param buildTime for one image build
 * @param podTime a pod takes to start, and to end
 */
public record SandboxOptions(
        int nodes, int port, Duration pullTime, Duration bootTime, Duration buildTime, Duration podTime) {
    public static final int MOST_NODES = 100;

    /** Longest pull or boot: a longer one is a slip of the keyboard. */
    public static final Duration LONGEST = Duration.ofHours(1);

    private static final int LAST_PORT = 65_535;

    public SandboxOptions {
        if (port < 0 || port > LAST_PORT) {
            throw new SandboxException("a port is 0 (any that is free) to " + LAST_PORT + ", not " + port);
        }
        if (pullTime.compareTo(LONGEST) > 0 || bootTime.compareTo(LONGEST) > 0) {
            throw new SandboxException("a pull or a boot takes " + Durations.text(LONGEST) + " at the most");
        }
        if (nodes < 1 || nodes > MOST_NODES) {
            throw new SandboxException("a sandbox has 1 to " + MOST_NODES + " nodes, not " + nodes);
        }
    }

    /** Everything as quick as it goes: for tests. */
    public static SandboxOptions quick(int nodes) {
        return new SandboxOptions(nodes, 0, Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofMillis(50));
    }

    /** One build or one move of a node, and a good deal of slack for a slow machine. */
    Duration patience() {
        return Duration.ofMinutes(1).plus(pullTime).plus(bootTime).plus(buildTime).plus(podTime.multipliedBy(10));
    }
}
