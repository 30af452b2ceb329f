package dev.varve.sandbox.fleet;

import dev.varve.sandbox.Outage;
import dev.varve.sandbox.host.Machine;
import dev.varve.sandbox.host.MachineListener;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One machine with its agent: the agent runs while the machine is up and its pod is there. One thing after the other. */
final class SimulatedNode implements MachineListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedNode.class);
    private static final Duration FAREWELL = Duration.ofSeconds(10);
    /** An API server that did not take the node's status is asked again after this. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Machine machine;
    private final Supplier<KubernetesClient> newClient;
    private final KubernetesClient kubelet;
    private final NodeStatus status;
    private final ScheduledExecutorService line;
    private @Nullable Pod pod;
    private @Nullable MachineAgent agent;
    /** Empty while the machine is down. */
    private String bootId = "";

    SimulatedNode(Machine machine, Supplier<KubernetesClient> newClient, boolean saysReady) {
        this.machine = machine;
        this.newClient = newClient;
        this.kubelet = newClient.get();
        this.status = new NodeStatus(kubelet, machine.name(), saysReady);
        this.line = Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("fleet " + machine.name()).factory());
        machine.addListener(this);
    }

    Machine machine() {
        return machine;
    }

    void start() {
        machine.start();
    }

    void runs(Pod now) {
        next(() -> {
            if (pod == null || !uid(pod).equals(uid(now))) {
                stopAgent();
                pod = now;
                startAgent();
            }
        });
    }

    void ends(Pod gone) {
        next(() -> {
            if (pod != null && uid(pod).equals(uid(gone))) {
                stopAgent();
                pod = null;
            }
        });
    }

    @Override
    public void wentDown(Outage why) {
        next(() -> {
            bootId = "";
            stopAgent();
            say("");
        });
    }

    @Override
    public void cameUp(String boot) {
        next(() -> {
            bootId = boot;
            say(boot);
            startAgent();
        });
    }

    private void startAgent() {
        if (agent == null && pod != null && !bootId.isEmpty()) {
            agent = MachineAgent.of(pod, machine, newClient.get());
            agent.start();
        }
    }

    private void stopAgent() {
        if (agent != null) {
            agent.close();
            agent = null;
        }
    }

    /** Until it has been heard, or there is something else to say. */
    private void say(String boot) {
        if (boot.equals(bootId) && !status.post(boot)) {
            line.schedule(() -> say(boot), RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void next(Runnable step) {
        try {
            line.execute(() -> {
                try {
                    step.run();
                } catch (RuntimeException failed) {
                    LOG.error("{}: the agent cannot be started or stopped", machine.name(), failed);
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("{} is closed, nothing more is done there", machine.name());
        }
    }

    private static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }

    @Override
    public void close() {
        next(this::stopAgent);
        line.shutdown();
        try {
            line.awaitTermination(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        line.shutdownNow();
        machine.close();
        kubelet.close();
    }
}
