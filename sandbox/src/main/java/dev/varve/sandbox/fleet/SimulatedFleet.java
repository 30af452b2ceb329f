package dev.varve.sandbox.fleet;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.SandboxException;
import dev.varve.sandbox.host.ImageFetchException;
import dev.varve.sandbox.host.ImageSource;
import dev.varve.sandbox.host.Machine;
import dev.varve.sandbox.host.MachineTimes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A simulated machine for each of some nodes of any API server, and on it the real agent, as soon as the API says that an
 * agent's pod runs there. The Node objects are somebody else's to create, the pods' status somebody else's to keep (kwok's);
 * what the fleet says of a node, and what its agent does, goes by the node's own credential.
 */
public final class SimulatedFleet implements ResourceEventHandler<Pod>, AutoCloseable {
    private final KubernetesClient observer;
    private final Map<String, SimulatedNode> nodes = new LinkedHashMap<>();
    private @Nullable SharedIndexInformer<Pod> pods;

    /**
     * @param nodes their names
     * @param directory for the machines' roots; the path of a socket below it may have 107 characters
     * @param image that the machines are installed with; must have a digest
     * @param times of every machine
     * @param saysReady whether the fleet keeps the Ready condition too; kwok keeps it itself, and would fight
     */
    public record Options(List<String> nodes, Path directory, Pullspec image, MachineTimes times, boolean saysReady) {
        public Options {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * @param observer may watch the pods in the agents' namespace; stays the caller's
     * @param clientOf a new client with the credential of the node's own kubelet, made as the agent makes its own
     *     ({@link dev.varve.agent.kube.Clients}); closed when it is no longer needed
     * @param images asked whenever a machine pulls; stays the caller's
     * @throws SandboxException where the machines' image is not in its registry
     */
    public SimulatedFleet(Options options, KubernetesClient observer, Function<String, KubernetesClient> clientOf, ImageSource images) {
        this.observer = observer;
        String version = version(options.image(), images);
        for (String name : options.nodes()) {
            var machine = new Machine(name, options.directory().resolve(name), options.image(), version, images, options.times());
            nodes.put(name, new SimulatedNode(machine, () -> clientOf.apply(name), options.saysReady()));
        }
    }

    private static String version(Pullspec image, ImageSource images) {
        try {
            return images.fetch(image).version();
        } catch (ImageFetchException missing) {
            throw new SandboxException("cannot install machines with " + image + ": " + missing.getMessage(), missing);
        }
    }

    /** Switches the machines on and begins to follow the agents' pods. Call it once. */
    public void start() {
        nodes.values().forEach(SimulatedNode::start);
        pods = observer.pods().inNamespace(Keys.DEFAULT_NAMESPACE).inform(this);
    }

    /** For faults and questions; empty where the fleet has no such node. */
    public Optional<Machine> machine(String node) {
        return Optional.ofNullable(nodes.get(node)).map(SimulatedNode::machine);
    }

    @Override
    public void onAdd(Pod pod) {
        nodeOf(pod).ifPresent(node -> {
            if (pod.getMetadata().getDeletionTimestamp() == null) {
                node.runs(pod);
            } else {
                node.ends(pod);
            }
        });
    }

    @Override
    public void onUpdate(Pod before, Pod pod) {
        onAdd(pod);
    }

    @Override
    public void onDelete(Pod pod, boolean unknown) {
        nodeOf(pod).ifPresent(node -> node.ends(pod));
    }

    private Optional<SimulatedNode> nodeOf(Pod pod) {
        return MachineAgent.isAgent(pod) && pod.getSpec().getNodeName() != null
                ? Optional.ofNullable(nodes.get(pod.getSpec().getNodeName()))
                : Optional.empty();
    }

    @Override
    public void close() {
        if (pods != null) {
            pods.close();
        }
        nodes.values().forEach(SimulatedNode::close);
    }
}
