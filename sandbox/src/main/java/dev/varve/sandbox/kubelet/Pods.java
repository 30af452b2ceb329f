package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Optional;

/** Questions that several controllers ask of a pod, and how they make one. */
final class Pods {
    static final String READY = "Ready";

    private Pods() {}

    static boolean isOn(Pod pod, Node node) {
        return node.getMetadata().getName().equals(pod.getSpec().getNodeName());
    }

    static boolean isBound(Pod pod) {
        return pod.getSpec().getNodeName() != null;
    }

    static boolean isTerminating(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    static boolean isFinished(Pod pod) {
        String phase = phase(pod);
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** Counts for its controller: neither finished nor on its way out. */
    static boolean isActive(Pod pod) {
        return !isTerminating(pod) && !isFinished(pod);
    }

    static boolean isReady(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).stream()
                .flatMap(status -> status.getConditions().stream())
                .anyMatch(condition -> condition.getType().equals(READY) && condition.getStatus().equals("True"));
    }

    static Optional<PodCondition> condition(Pod pod, String type) {
        return Optional.ofNullable(pod.getStatus()).stream()
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    static String phase(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getPhase).orElse("Pending");
    }

    static boolean restartsAlways(Pod pod) {
        String policy = pod.getSpec().getRestartPolicy();
        return policy == null || policy.equals("Always");
    }

    static boolean restartsNever(Pod pod) {
        return "Never".equals(pod.getSpec().getRestartPolicy());
    }

    /** A pod of a controller, its name made from the owner's by the API server. */
    static Pod from(PodTemplateSpec template, HasMetadata owner) {
        var given = Optional.ofNullable(template.getMetadata());
        return new PodBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withGenerateName(owner.getMetadata().getName() + "-")
                        .withNamespace(owner.getMetadata().getNamespace())
                        .addToLabels(given.map(meta -> meta.getLabels()).orElse(null))
                        .addToAnnotations(given.map(meta -> meta.getAnnotations()).orElse(null))
                        .addNewOwnerReference()
                        .withApiVersion(owner.getApiVersion())
                        .withKind(owner.getKind())
                        .withName(owner.getMetadata().getName())
                        .withUid(owner.getMetadata().getUid())
                        .withController(true)
                        .withBlockOwnerDeletion(true)
                        .endOwnerReference()
                        .build())
                .withSpec(template.getSpec())
                .build();
    }
}
