package dev.varve.sandbox;

import dev.varve.sandbox.host.MachineListener;
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
import java.util.concurrent.CompletableFuture;

/**
 * Looks at a sandbox from outside, all the time: what was wrong is kept as sentences. A machine that goes down must be
 * cordoned and have no pod left that a drain would take; reboots are counted.
 */
final class Observations implements AutoCloseable {
    private final KubernetesClient client;
    private final List<String> wrongs = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Integer> downs = Collections.synchronizedMap(new HashMap<>());
    private final List<AutoCloseable> informers = new ArrayList<>();

    Observations(Sandbox sandbox) {
        this.client = sandbox.client();
        SharedIndexInformer<Node> nodes = client.nodes().inform();
        SharedIndexInformer<Pod> pods = client.pods().inAnyNamespace().inform();
        informers.add(nodes);
        informers.add(pods);
        for (String machine : sandbox.machines()) {
            sandbox.machine(machine).addListener(new MachineListener() {
                @Override
                public void wentDown(String why) {
                    if (why.contains("switched off")) {
                        return;
                    }
                    downs.merge(machine, 1, Integer::sum);
                    Node node = nodes.getStore().getByKey(machine);
                    if (node == null || !Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
                        wrongs.add(machine + " went down (" + why + ") without being cordoned");
                    }
                    pods.getStore().list().stream().filter(p -> drained(p, machine)).forEach(p -> wrongs.add(
                            machine + " went down (" + why + ") with pod " + p.getMetadata().getName() + " on it"));
                }

                @Override
                public void cameUp(String bootId) {}
            });
        }
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
        return downs.getOrDefault(machine, 0);
    }

    /** Completes when the node first shows the annotation with that value. */
    CompletableFuture<Void> seen(String node, String key, String value) {
        var seen = new CompletableFuture<Void>();
        informers.add(client.nodes().withName(node).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Node now) {
                if (value.equals(now.getMetadata().getAnnotations().get(key))) {
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
        for (AutoCloseable informer : informers) {
            informer.close();
        }
    }
}
