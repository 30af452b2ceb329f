package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** All kubelets of the sandbox; each sees its own pods only. */
final class Kubelets implements ControlLoop {
    private final Seen<Pod> pods;
    private final List<Kubelet> kubelets;

    Kubelets(Seen<Pod> pods, List<Kubelet> kubelets) {
        this.pods = pods;
        this.kubelets = kubelets;
    }

    @Override
    public Instant turn(Instant now) {
        Map<String, List<Pod>> byNode = pods.list().stream().filter(Pods::isBound).collect(Collectors.groupingBy(pod -> pod.getSpec().getNodeName()));
        Instant due = NOTHING_DUE;
        for (Kubelet kubelet : kubelets) {
            due = ControlLoop.earlier(due, kubelet.turn(byNode.getOrDefault(kubelet.nodeName(), List.of()), now));
        }
        return due;
    }
}
