package dev.varve.sandbox.quickstart;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Watches all nodes from the outside: shows what they do, and keeps the times and the most that were away at once. */
final class FleetWatch implements ResourceEventHandler<Node>, AutoCloseable {
    private final Screen screen;
    private final InstantSource clock;
    private final SharedIndexInformer<Node> informer;
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, NodeTimes> times = new TreeMap<>();
    private final Set<String> failures = new HashSet<>();
    private int mostAway;

    FleetWatch(KubernetesClient client, Screen screen, InstantSource clock) {
        this.screen = screen;
        this.clock = clock;
        this.informer = client.nodes().inform(this);
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

    private synchronized void seen(Node node) {
        String name = node.getMetadata().getName();
        Node before = nodes.put(name, node);
        Instant now = clock.instant();
        times.merge(name, NodeTimes.NONE.seen(node, now), (old, first) -> old.seen(node, now));
        mostAway = Math.max(mostAway, (int) nodes.values().stream().filter(FleetWatch::away).count());
        if (!NodeTimes.annotation(node, Keys.FAILURE).isEmpty()) {
            failures.add(name);
        }
        String line = line(node);
        if (before == null || !line(before).equals(line)) {
            screen.change(line);
        }
        screen.live(nodes.values().stream().map(FleetWatch::line).toList());
    }

    private static boolean away(Node node) {
        return NodeTimes.cordoned(node) || !NodeTimes.ready(node);
    }

    /** One line of one node, as it is shown. */
    static String line(Node node) {
        String phase = NodeTimes.phase(node);
        String progress = NodeTimes.annotation(node, Keys.PROGRESS);
        String reason = NodeTimes.annotation(node, Keys.REASON);
        return "%-10s %-8s %-19s %-11s %s".formatted(
                node.getMetadata().getName(),
                NodeTimes.annotation(node, Keys.STATE),
                NodeTimes.ready(node)
                        ? NodeTimes.cordoned(node) ? "Ready, cordoned" : "Ready"
                        : "NotReady",
                phase,
                reason.isEmpty() ? phase.equals(Phase.Staging.name()) ? progress : "" : reason).stripTrailing();
    }

    @Override
    public void close() {
        informer.close();
    }
}
