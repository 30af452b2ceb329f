package dev.varve.agent.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A change of the own Node, made in one request.
 *
 * @param annotations key to new value, empty where the key is to go
 * @param unschedulable {@code spec.unschedulable}, empty to leave it
 * @param resourceVersion where present, the change is refused if the Node is no longer the one that was read
 */
public record NodePatch(
        Map<String, Optional<String>> annotations, Optional<Boolean> unschedulable, Optional<String> resourceVersion) {

    public NodePatch {
        annotations = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    public static NodePatch annotations(Map<String, Optional<String>> annotations) {
        return new NodePatch(annotations, Optional.empty(), Optional.empty());
    }
}
