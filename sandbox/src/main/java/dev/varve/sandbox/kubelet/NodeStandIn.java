package dev.varve.sandbox.kubelet;

import java.time.Instant;
import java.time.InstantSource;

/**
 * One machine as its kubelet's stand-in knows it. The machine says when it went down and came up; the node object is
 * registered when it first comes up. Both may be called on any thread and return at once.
 */
public final class NodeStandIn {
    private final NodeSpec spec;
    private final int index;
    private final InstantSource clock;
    private final Runnable changed;
    private volatile Power power = new Power.Off(Instant.EPOCH);

    NodeStandIn(NodeSpec spec, int index, InstantSource clock, Runnable changed) {
        this.spec = spec;
        this.index = index;
        this.clock = clock;
        this.changed = changed;
    }

    public String name() {
        return spec.name();
    }

    /** Its pods' processes are gone; the API hears of it when the lease expires. */
    public void wentDown() {
        if (power instanceof Power.On) {
            power = new Power.Off(clock.instant());
            changed.run();
        }
    }

    /**
     * @param bootId of this boot; one that differs from the last means that all pods start anew
     * @param osImage for {@code status.nodeInfo.osImage}
     */
    public void cameUp(String bootId, String osImage) {
        power = new Power.On(bootId, osImage, clock.instant());
        changed.run();
    }

    NodeSpec spec() {
        return spec;
    }

    Power power() {
        return power;
    }

    String hostAddress() {
        return "10.0." + index / 250 + "." + (index % 250 + 1);
    }

    /** @param serial counts the pods of this node */
    String podAddress(int serial) {
        return "10." + (128 + index / 250) + "." + index % 250 + "." + (serial % 250 + 2);
    }
}
