package dev.varve.testbed;

import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.node.Machines;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.stream.Stream;

/** The containers of pods, reached on their nodes behind the kubelet's back. */
final class Containers {
    private static final String SCHEME = "containerd://";
    private static final Object[] TASK = {"ctr", "-n", "k8s.io", "task"};

    private final Machines machines;

    Containers(Machines machines) {
        this.machines = machines;
    }

    /** As the kernel would when memory runs out. False where the pod has no running container, or its node goes down just then. */
    boolean kill(Pod pod) {
        return running(pod).filter(id -> task(pod, "kill", "-s", "SIGKILL", id).good()).isPresent();
    }

    /** Runs it in the pod's first container that runs, with its user, rights and environment. */
    Command.Ended exec(Pod pod, Object... words) {
        String id = running(pod).orElseThrow(() -> new TestbedException("pod " + pod.getMetadata().getName() + " does not run"));
        return task(pod, Stream.concat(Stream.of("exec", "--exec-id", "x" + System.nanoTime(), id), Stream.of(words)).toArray());
    }

    private Command.Ended task(Pod pod, Object... words) {
        return machines.in(pod.getSpec().getNodeName(), Stream.concat(Stream.of(TASK), Stream.of(words)).toArray());
    }

    private static Optional<String> running(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getState() != null && status.getState().getRunning() != null)
                .map(ContainerStatus::getContainerID)
                .filter(id -> id != null && id.startsWith(SCHEME))
                .findFirst()
                .map(id -> id.substring(SCHEME.length()));
    }
}
