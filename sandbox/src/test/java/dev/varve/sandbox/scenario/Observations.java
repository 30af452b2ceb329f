package dev.varve.sandbox.scenario;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.Outage;
import dev.varve.sandbox.Traces;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CompletableFuture;

/**
 * Looks at a cluster from outside, all the time: what was wrong is kept as sentences. A machine that is rebooted must be
 * cordoned and have no pod left that a drain would take; reboots are counted.
 */
final class Observations implements AutoCloseable {
    private final KubernetesClient client;
    private final List<String> wrongs = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Integer> reboots = Collections.synchronizedMap(new HashMap<>());
    private final Map<String, List<CompletableFuture<Void>>> rebooting = new ConcurrentHashMap<>();
    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<Pod> pods;
    private final List<AutoCloseable> open = new ArrayList<>();

    Observations(Cluster cluster) {
        this.client = cluster.client();
        nodes = client.nodes().inform();
        pods = client.pods().inAnyNamespace().inform();
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
        if (node == null || !Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
            wrongs.add(machine + " was rebooted without being cordoned");
        }
        pods.getStore().list().stream().filter(p -> drained(p, machine)).forEach(p -> wrongs.add(
                machine + " was rebooted with pod " + p.getMetadata().getNamespace() + "/" + p.getMetadata().getName() + " on it"));
    }

    private static boolean drained(Pod pod, String machine) {
        return machine.equals(pod.getSpec().getNodeName())
                && pod.getMetadata().getOwnerReferences().stream().noneMatch(o -> o.getKind().equals("DaemonSet"))
                && !List.of("Succeeded", "Failed").contains(pod.getStatus().getPhase());
    }

    List<String> wrongs() {
        return List.copyOf(wrongs);
    }

    int reboots(String machine) {
        return reboots.getOrDefault(machine, 0);
    }

    /** Completes when the node has come to the phase; a host can be down before its agent has said that it reboots. */
    CompletableFuture<Void> reached(String node, Phase phase) {
        CompletableFuture<Void> seen = seen(node, Keys.PHASE, phase.name());
        if (phase == Phase.Rebooting) {
            rebooting.computeIfAbsent(node, any -> new CopyOnWriteArrayList<>()).add(seen);
        }
        return seen;
    }

    /** Completes when the node first shows the annotation with that value. */
    CompletableFuture<Void> seen(String node, String key, String value) {
        var seen = new CompletableFuture<Void>();
        open.add(client.nodes().withName(node).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Node now) {
                if (value.equals(Traces.on(now).get(key))) {
                    seen.complete(null);
                }
            }

            @Override
            public void onUpdate(Node before, Node now) {
                onAdd(now);
            }

            @Override
            public void onDelete(Node now, boolean unknown) {}
        }));
        return seen;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable watch : open) {
            watch.close();
        }
    }
}
