package dev.varve.sandbox.kubelet;

import dev.varve.sandbox.kubelet.ContainerRun.Terminated;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.util.List;

/** The status a kubelet posts for a pod: phase and conditions by the rules of the pod life cycle. */
final class PodStatuses {
    private PodStatuses() {}

    static PodStatus of(Pod pod, PodRun run, NodeStandIn node) {
        String ready = run.ready() ? "True" : "False";
        return new PodStatusBuilder()
                .withPhase(phase(run))
                .withReason(run.hasExpired() ? "DeadlineExceeded" : null)
                .withMessage(run.hasExpired() ? "Pod was active on the node longer than the specified deadline" : null)
                .withConditions(
                        condition("PodScheduled", "True", run.acceptedAt()),
                        condition("Initialized", "True", run.acceptedAt()),
                        condition("ContainersReady", ready, run.readySince()),
                        condition(Pods.READY, ready, run.readySince()))
                .withHostIP(node.hostAddress())
                .withPodIP(run.address())
                .addNewPodIP(run.address())
                .withStartTime(Nodes.timestamp(run.acceptedAt()))
                .withContainerStatuses(containerStatuses(pod, run))
                .build();
    }

    private static String phase(PodRun run) {
        if (!run.everRan()) {
            return "Pending";
        }
        boolean allEnded = run.containers().stream().allMatch(container -> container.state() instanceof Terminated);
        if (!allEnded || run.startAt().isPresent()) {
            return "Running";
        }
        boolean allWell = !run.hasExpired() && run.containers().stream()
                .allMatch(container -> container.state() instanceof Terminated ended && ended.exitCode() == 0);
        return allWell ? "Succeeded" : "Failed";
    }

    private static List<ContainerStatus> containerStatuses(Pod pod, PodRun run) {
        return run.containers().stream().map(container -> status(image(pod, container.name()), container)).toList();
    }

    private static String image(Pod pod, String container) {
        return pod.getSpec().getContainers().stream()
                .filter(spec -> spec.getName().equals(container) && spec.getImage() != null)
                .map(Container::getImage)
                .findFirst()
                .orElse("");
    }

    private static ContainerStatus status(String image, ContainerRun run) {
        return new ContainerStatusBuilder()
                .withName(run.name())
                .withImage(image)
                .withImageID("")
                .withReady(run.running())
                .withStarted(run.running())
                .withRestartCount(run.restarts())
                .withState(run.state().toStatus())
                .withLastState(run.last().map(Terminated::toStatus).orElse(null))
                .build();
    }

    private static PodCondition condition(String type, String status, Instant since) {
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withLastTransitionTime(Nodes.timestamp(since))
                .build();
    }
}
