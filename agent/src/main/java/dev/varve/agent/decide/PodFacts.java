package dev.varve.agent.decide;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod on this node, as far as a drain looks at it.
 *
 * @param controller who would make it again; empty where nobody would
 * @param mirror the kubelet's shadow of a static pod
 * @param finished its containers have ended for good
 * @param leaving present where it has been deleted and is on its way out
 */
public record PodFacts(
        String namespace,
        String name,
        String uid,
        Map<String, String> labels,
        Optional<Controller> controller,
        boolean mirror,
        boolean finished,
        Optional<Leaving> leaving) {

    /**
     * The owner that would make a pod again.
     *
     * @param kind e.g. {@code ReplicaSet}
     */
    public record Controller(String kind, String uid) {}

    /**
     * A pod's way out.
     *
     * @param due when its grace period is over ({@code deletionTimestamp})
     * @param finalizers that keep the object after that
     */
    public record Leaving(Instant due, List<String> finalizers) {
        public Leaving {
            finalizers = List.copyOf(finalizers);
        }
    }

    public PodFacts {
        labels = Map.copyOf(labels);
    }

    public boolean terminating() {
        return leaving.isPresent();
    }

    /** Namespace and name, as kubectl and people write it. */
    public String path() {
        return namespace + "/" + name;
    }
}
