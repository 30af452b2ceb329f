package dev.varve.sandbox.scenario;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.Outage;
import dev.varve.sandbox.Seeing;
import dev.varve.sandbox.Traces;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a cluster from outside, all the time: what was wrong is kept as sentences. A machine that is rebooted must be
 * cordoned and have no pod left that a drain would take; reboots, cordons and evicted pods are counted.
 */
public final class Observations implements AutoCloseable {
    private final KubernetesClient client;
    private final List<String> wrongs = Collections.synchronizedList(new ArrayList<>());
    private final List<CompletableFuture<Void>> checks = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> reboots = Collections.synchronizedMap(new HashMap<>());
    private final Map<String, List<CompletableFuture<Void>>> rebooting = new ConcurrentHashMap<>();
    private final Map<String, List<Boolean>> cordons = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> evicted = new ConcurrentHashMap<>();
    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<Pod> pods;
    private final List<AutoCloseable> open = new ArrayList<>();

    public Observations(Cluster cluster) {
        this.client = cluster.client();
        nodes = client.nodes().inform(new Seeing<>(this::sawNode));
        pods = client.pods().inAnyNamespace().inform(new Seeing<>(this::sawPod));
        open.add(nodes);
        open.add(pods);
        open.add(cluster.watchPower(this::wentDown));
    }

    /** Of power cuts and of what the cluster's owner switches off Varve knows nothing beforehand. */
    private void wentDown(String machine, Outage why) {
        if (why != Outage.REBOOT) {
            return;
        }
        reboots.merge(machine, 1, Integer::sum);
        rebooting.getOrDefault(machine, List.of()).forEach(seen -> seen.complete(null));
        Node node = nodes.getStore().getByKey(machine);
        List<Pod> left = pods.getStore().list().stream().filter(p -> drained(p, machine)).toList();
        if (!cordoned(node) || !left.isEmpty()) {
            CompletableFuture<Void> asked = new CompletableFuture<>();
            checks.add(asked);
            Thread.ofVirtual().name("check of " + machine).start(() -> {
                try {
                    check(machine, left);
                } catch (RuntimeException failed) {
                    wrongs.add(machine + " cannot be checked: " + failed);
                } finally {
                    asked.complete(null);
                }
            });
        }
    }

    /**
     * What a watcher has not heard of yet may be long so on a busy machine: the API server is asked whether it is. Nobody evicts
     * from, or uncordons, a node that is down, so that what was left undone still is.
     */
    private void check(String machine, List<Pod> left) {
        if (!cordoned(client.nodes().withName(machine).get())) {
            wrongs.add(machine + " was rebooted without being cordoned");
        }
        for (Pod pod : left) {
            Pod now = client.pods().resource(pod).get();
            if (now != null && now.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
                wrongs.add(machine + " was rebooted with pod " + pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName() + " on it");
            }
        }
    }

    private static boolean cordoned(@Nullable Node node) {
        return node != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    private void sawNode(Node node) {
        boolean cordoned = cordoned(node);
        List<Boolean> history = cordons.computeIfAbsent(node.getMetadata().getName(), any -> new CopyOnWriteArrayList<>(List.of(false)));
        if (history.getLast() != cordoned) {
            history.add(cordoned);
        }
    }

    private void sawPod(Pod pod) {
        String node = pod.getSpec().getNodeName();
        if (node != null && pod.getMetadata().getDeletionTimestamp() != null && drained(pod, node)) {
            evicted.computeIfAbsent(node, any -> ConcurrentHashMap.newKeySet()).add(pod.getMetadata().getUid());
        }
    }

    private static boolean drained(Pod pod, String machine) {
        return machine.equals(pod.getSpec().getNodeName())
                && pod.getMetadata().getOwnerReferences().stream().noneMatch(o -> o.getKind().equals("DaemonSet"))
                && !List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
    }

    public List<String> wrongs() {
        checks.forEach(CompletableFuture::join);
        return List.copyOf(wrongs);
    }

    /** Whether the node was cordoned, from not cordoned on, each time that changed. */
    public List<Boolean> cordons(String node) {
        return List.copyOf(cordons.getOrDefault(node, List.of(false)));
    }

    /** How many pods that a drain takes have been told to go from the node, whoever told them. */
    public int evicted(String node) {
        return evicted.getOrDefault(node, Set.of()).size();
    }

    /** Orderly ones. */
    public int reboots(String machine) {
        return reboots.getOrDefault(machine, 0);
    }

    /** Completes when the node has come to the phase; a host can be down before its agent has said that it reboots. */
    public CompletableFuture<Void> reached(String node, Phase phase) {
        CompletableFuture<Void> seen = seen(node, Keys.PHASE, phase.name());
        if (phase == Phase.Rebooting) {
            rebooting.computeIfAbsent(node, any -> new CopyOnWriteArrayList<>()).add(seen);
        }
        return seen;
    }

    /** Completes when the node first shows the annotation with that value. */
    CompletableFuture<Void> seen(String node, String key, String value) {
        return when(node, now -> value.equals(Traces.on(now).get(key)));
    }

    /** Completes when the node first is as wanted. */
    public CompletableFuture<Void> when(String node, Predicate<Node> wanted) {
        var seen = new CompletableFuture<Void>();
        open.add(client.nodes().withName(node).inform(new Seeing<>(now -> {
            if (wanted.test(now)) {
                seen.complete(null);
            }
        })));
        return seen;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable watch : open) {
            watch.close();
        }
    }
}
