package dev.varve.sandbox.quickstart;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.Outage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Watches the cluster's machines from the outside, other nodes apart: shows what they do, and keeps the times and the most
 * that were away at once. A machine is down from the end of its last process until its node is Ready in another boot: a
 * reboot of seconds never shows in the Ready condition.
 */
final class FleetWatch implements ResourceEventHandler<Node>, AutoCloseable {
    private final Screen screen;
    private final InstantSource clock;
    private final Set<String> machines;
    private final SharedIndexInformer<Node> informer;
    private final AutoCloseable power;
    private final Map<String, Node> nodes = new TreeMap<>();
    /** Of machines that went down and are not back: the boot that ended. */
    private final Map<String, String> ended = new HashMap<>();
    private final Map<String, Integer> reboots = new HashMap<>();
    private final Map<String, NodeTimes> times = new TreeMap<>();
    private final Map<String, String> shown = new HashMap<>();
    private final Set<String> failures = new HashSet<>();
    private int mostAway;

    FleetWatch(Cluster cluster, Screen screen, InstantSource clock) {
        this.screen = screen;
        this.clock = clock;
        this.machines = Set.copyOf(cluster.machines());
        this.informer = cluster.client().nodes().inform(this);
        this.power = cluster.watchPower(this::wentDown);
    }

    /** Seconds of each node from here on. */
    synchronized void reset() {
        times.clear();
        failures.clear();
        mostAway = 0;
    }

    synchronized NodeTimes times(String node) {
        return times.getOrDefault(node, NodeTimes.NONE);
    }

    /** Times that the machine was rebooted since it is watched. */
    synchronized int reboots(String node) {
        return reboots.getOrDefault(node, 0);
    }

    /** The most nodes that were cordoned or not Ready at one time since the last reset. */
    synchronized int mostAway() {
        return mostAway;
    }

    /** True where the node has reported a failure since the last reset. */
    synchronized boolean sawFailure(String node) {
        return failures.contains(node);
    }

    @Override
    public void onAdd(Node node) {
        seen(node);
    }

    @Override
    public void onUpdate(Node before, Node node) {
        seen(node);
    }

    @Override
    public synchronized void onDelete(Node node, boolean unknown) {
        nodes.remove(node.getMetadata().getName());
    }

    private synchronized void wentDown(String name, Outage why) {
        Node node = nodes.get(name);
        if (node == null) {
            return;
        }
        if (why == Outage.REBOOT) {
            reboots.merge(name, 1, Integer::sum);
        }
        ended.put(name, bootId(node));
        judge(node);
    }

    private synchronized void seen(Node node) {
        String name = node.getMetadata().getName();
        if (!machines.contains(name)) {
            return;
        }
        if (NodeTimes.ready(node) && !bootId(node).equals(ended.get(name))) {
            ended.remove(name);
        }
        judge(node);
    }

    private void judge(Node node) {
        String name = node.getMetadata().getName();
        nodes.put(name, node);
        Instant now = clock.instant();
        times.put(name, times(name).seen(node, isDown(node), now));
        mostAway = Math.max(mostAway, (int) nodes.values().stream().filter(this::away).count());
        if (!NodeTimes.annotation(node, Keys.FAILURE).isEmpty()) {
            failures.add(name);
        }
        String line = line(node);
        if (!line.equals(shown.put(name, line))) {
            screen.change(line);
        }
        screen.live(nodes.values().stream().map(this::line).toList());
    }

    private boolean away(Node node) {
        return NodeTimes.cordoned(node) || isDown(node);
    }

    private boolean isDown(Node node) {
        return !NodeTimes.ready(node) || ended.containsKey(node.getMetadata().getName());
    }

    private static String bootId(Node node) {
        return node.getStatus() == null || node.getStatus().getNodeInfo() == null ? "" : node.getStatus().getNodeInfo().getBootID();
    }

    /** One line of one node, as it is shown. */
    private String line(Node node) {
        String phase = NodeTimes.phase(node);
        String progress = NodeTimes.annotation(node, Keys.PROGRESS);
        String reason = NodeTimes.annotation(node, Keys.REASON);
        return "%-10s %-8s %-19s %-11s %s".formatted(
                node.getMetadata().getName(),
                NodeTimes.annotation(node, Keys.STATE),
                isDown(node)
                        ? NodeTimes.ready(node) ? "down" : "NotReady"
                        : NodeTimes.cordoned(node) ? "Ready, cordoned" : "Ready",
                phase,
                reason.isEmpty() ? phase.equals(Phase.Staging.name()) ? progress : "" : reason).stripTrailing();
    }

    @Override
    public void close() {
        try {
            power.close();
        } catch (Exception failed) {
            throw new IllegalStateException("cannot stop to watch the machines' power", failed);
        } finally {
            informer.close();
        }
    }
}
