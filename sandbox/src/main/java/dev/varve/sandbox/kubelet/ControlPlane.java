package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All stand-ins together, on one thread. Expects a server with real semantics (bindings, graceful deletion, garbage
 * collection by owner); brings no objects of its own but nodes and pods. Closing it stops all pods' runners.
 */
public final class ControlPlane implements AutoCloseable {
    private final InstantSource clock = InstantSource.system();
    private final List<NodeStandIn> nodes = new CopyOnWriteArrayList<>();
    private final List<Kubelet> kubelets = new CopyOnWriteArrayList<>();
    private final PodLogs logs = new PodLogs();
    private final Timings timings;
    private final Api api;
    private final RunnerCalls runners;
    private final ClusterState state;
    private final Turns turns;

    /**
     * @param client stays the caller's to close
     * @param runners asked in this order; pods that none of them handles just run
     */
    public ControlPlane(KubernetesClient client, Timings timings, List<PodRunner> runners) {
        this.timings = timings;
        this.api = new Api(client);
        this.runners = new RunnerCalls(runners);
        this.state = new ClusterState(this::wake);
        this.turns = new Turns(clock, List.of(
                new Registration(api, state, nodes),
                new Kubelets(state.pods, kubelets),
                new NodeLifecycle(api, state, nodes, timings.leaseExpiry()),
                new Deployments(api, state),
                new ReplicaSets(api, state),
                new DaemonSets(api, state),
                new Scheduler(api, state),
                new Budgets(api, state)));
        state.start(client);
        turns.start();
    }

    /** A kubelet for one more machine, which is down until it is said to have come up. */
    public synchronized NodeStandIn addNode(NodeSpec spec) {
        var node = new NodeStandIn(spec, nodes.size(), clock, this::wake);
        kubelets.add(new Kubelet(node, api, state.pods, timings, runners, logs, this::wake));
        nodes.add(node);
        return node;
    }

    /** Output of a container so far, empty where there is none; kept after the pod is deleted. */
    public String log(String namespace, String pod, String container) {
        return logs.log(namespace, pod, container);
    }

    @Override
    public void close() {
        turns.close();
        state.close();
        kubelets.forEach(Kubelet::close);
        runners.close();
    }

    private void wake() {
        turns.wake();
    }
}
