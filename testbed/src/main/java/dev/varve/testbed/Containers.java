package dev.varve.testbed;

import dev.varve.testbed.node.Machines;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;

/** Kills containers on their nodes behind the kubelet's back, as the kernel would when memory runs out. */
final class Containers {
    private static final String SCHEME = "containerd://";

    private final Machines machines;

    Containers(Machines machines) {
        this.machines = machines;
    }

    /** False where the pod has no running container, or its node goes down just then. */
    boolean kill(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getState() != null && status.getState().getRunning() != null)
                .map(ContainerStatus::getContainerID)
                .filter(id -> id != null && id.startsWith(SCHEME))
                .findFirst()
                .filter(id -> machines.in(pod.getSpec().getNodeName(), "ctr", "-n", "k8s.io", "task", "kill", "-s", "SIGKILL",
                        id.substring(SCHEME.length())).good())
                .isPresent();
    }
}
