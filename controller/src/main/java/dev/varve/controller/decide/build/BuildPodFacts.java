package dev.varve.controller.decide.build;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The pod of one build attempt.
 *
 * @param attempt 1 or more
 * @param phase as Kubernetes writes it: {@code Pending Running Succeeded Failed Unknown}
 * @param deleting somebody asked for its deletion
 * @param disruption why the cluster took it away, where it did: that is no failure of the build
 * @param deadlineExceeded the kubelet ended it for its deadline
 * @param note what scheduler or kubelet say of the whole pod, maybe empty
 */
public record BuildPodFacts(
        String name,
        String uid,
        int attempt,
        String phase,
        Instant created,
        boolean deleting,
        Optional<String> disruption,
        boolean deadlineExceeded,
        String note,
        List<ContainerFacts> containers) {

    public BuildPodFacts {
        containers = List.copyOf(containers);
    }

    /** Nothing of it runs any more. */
    public boolean finished() {
        return phase.equals("Succeeded") || phase.equals("Failed");
    }
}
