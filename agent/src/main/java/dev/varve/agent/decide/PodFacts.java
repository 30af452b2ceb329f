package dev.varve.agent.decide;

import java.util.Map;
import java.util.Optional;

/**
 * A pod on this node, as far as a drain looks at it.
 *
 * @param controllerKind kind of the owner that would make it again, e.g. {@code ReplicaSet}; empty where nobody would
 * @param mirror the kubelet's shadow of a static pod
 * @param finished its containers have ended for good
 * @param terminating it has been deleted and is on its way out
 */
public record PodFacts(
        String namespace,
        String name,
        String uid,
        Map<String, String> labels,
        Optional<String> controllerKind,
        boolean mirror,
        boolean finished,
        boolean terminating) {

    public PodFacts {
        labels = Map.copyOf(labels);
    }

    /** Namespace and name, as kubectl and people write it. */
    public String path() {
        return namespace + "/" + name;
    }
}
