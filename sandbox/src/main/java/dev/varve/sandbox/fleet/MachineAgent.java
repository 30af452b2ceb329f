package dev.varve.sandbox.fleet;

import dev.varve.agent.Agent;
import dev.varve.agent.AgentConfig;
import dev.varve.agent.Reach;
import dev.varve.agent.rpmostree.RpmOstree;
import dev.varve.agent.rpmostree.RpmOstreeConfig;
import dev.varve.contract.Keys;
import dev.varve.sandbox.host.Machine;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.UnaryOperator;

/** The agent as its container would run it, on a simulated machine, with what a process has for itself: another is another client. */
public final class MachineAgent implements AutoCloseable {
    private static final String DAEMON_SET_PREFIX = "varve-agent-";

    private final Agent agent;
    private final KubernetesClient client;

    private MachineAgent(Agent agent, KubernetesClient client) {
        this.agent = agent;
        this.client = client;
    }

    /** True of the pods of the DaemonSets that the controller stamps out. */
    public static boolean isAgent(Pod pod) {
        return pod.getMetadata().getNamespace().equals(Keys.DEFAULT_NAMESPACE)
                && pod.getMetadata().getOwnerReferences().stream()
                        .anyMatch(o -> o.getKind().equals("DaemonSet") && o.getName().startsWith(DAEMON_SET_PREFIX));
    }

    /** Not started. @param client is closed with the agent */
    public static MachineAgent of(Pod pod, Machine machine, KubernetesClient client) {
        return of(pod, machine, client, UnaryOperator.identity());
    }

    /** Not started. @param client is closed with the agent. @param between what stands between the agent and what it touches */
    public static MachineAgent of(Pod pod, Machine machine, KubernetesClient client, UnaryOperator<Reach> between) {
        var host = new RpmOstree(new RpmOstreeConfig(
                machine.busAddress(),
                machine.runDir(),
                machine.rootDir().resolve("proc/sys/kernel/random/boot_id"),
                machine.rootDir().resolve("proc/cmdline")));
        var config = new AgentConfig(
                machine.name(), pod.getMetadata().getNamespace(), pod.getMetadata().getName(), stateDirectory(machine));
        Clock clock = Clock.systemUTC();
        return new MachineAgent(new Agent(config, between.apply(Reach.of(config, client, host, clock)), clock), client);
    }

    public void start() {
        agent.start();
    }

    /** As by a kill, since closing an agent writes nothing. */
    @Override
    public void close() {
        agent.close();
        client.close();
    }

    /** Where the machine's agent keeps its attempt. */
    public static Path stateDirectory(Machine machine) {
        return machine.rootDir().resolve("var/lib/varve");
    }
}
