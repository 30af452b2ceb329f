package dev.varve.sandbox;

import dev.varve.sandbox.fleet.MachineAgent;
import dev.varve.sandbox.kubelet.PodRunner;
import dev.varve.sandbox.kubelet.StatusSink;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the real agent where a kubelet would run its container: in this process, one to a machine. It is ended as by a kill.
 */
final class AgentRunner implements PodRunner, AutoCloseable {
    private static final int KILLED = 137;

    private final Function<Pod, MachineAgent> newAgent;
    private final Map<String, Running> running = new HashMap<>();

    private record Running(MachineAgent agent, StatusSink sink, String container) {}

    /** @param newAgent makes the agent of a pod, not started */
    AgentRunner(Function<Pod, MachineAgent> newAgent) {
        this.newAgent = newAgent;
    }

    @Override
    public boolean handles(Pod pod) {
        return MachineAgent.isAgent(pod);
    }

    @Override
    public void started(Pod pod, StatusSink sink) {
        String node = pod.getSpec().getNodeName();
        MachineAgent agent = newAgent.apply(pod);
        synchronized (running) {
            Running before = running.put(node, new Running(agent, sink, pod.getSpec().getContainers().getFirst().getName()));
            if (before != null) {
                before.agent.close();
            }
        }
        agent.start();
    }

    @Override
    public void stopped(Pod pod) {
        end(pod.getSpec().getNodeName());
    }

    /** As {@code kill -9} of the container's process: the kubelet starts it again. False where none runs. */
    boolean kill(String node) {
        Running ended = end(node);
        if (ended != null) {
            ended.sink.exited(ended.container, KILLED, "");
        }
        return ended != null;
    }

    private @Nullable Running end(String node) {
        Running ended;
        synchronized (running) {
            ended = running.remove(node);
        }
        if (ended != null) {
            ended.agent.close();
        }
        return ended;
    }

    @Override
    public void close() {
        List<String> nodes;
        synchronized (running) {
            nodes = List.copyOf(running.keySet());
        }
        nodes.forEach(this::end);
    }
}
