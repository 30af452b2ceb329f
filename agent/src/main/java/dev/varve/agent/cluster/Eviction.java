package dev.varve.agent.cluster;

import java.util.Optional;

/** The API server's answer to an eviction. */
public sealed interface Eviction {
    /** The pod will go. */
    record Accepted() implements Eviction {}

    /** The pod that was meant is no longer there: gone, or another one of the same name. */
    record Gone() implements Eviction {}

    /**
     * Not now.
     *
     * @param budget name of the PodDisruptionBudget that holds the pod, where the answer names one
     * @param message what the API server said
     */
    record Refused(Optional<String> budget, String message) implements Eviction {}
}
