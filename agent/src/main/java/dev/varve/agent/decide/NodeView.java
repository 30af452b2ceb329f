package dev.varve.agent.decide;

import java.util.Map;
import java.util.Optional;

/**
 * The own Node as the API server last showed it, cut down to what an agent looks at.
 *
 * @param resourceVersion of this reading: a write that must not pass over somebody else's names it
 * @param annotations all of them
 * @param unschedulable {@code spec.unschedulable}
 * @param ready condition Ready is True
 * @param bootId {@code status.nodeInfo.bootID}: the boot that the kubelet last reported from
 */
public record NodeView(
        String resourceVersion,
        Map<String, String> annotations,
        boolean unschedulable,
        boolean ready,
        Optional<String> bootId) {

    public NodeView {
        annotations = Map.copyOf(annotations);
    }
}
