package dev.varve.controller.decide.build;

import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.Optional;

/**
 * A MachineOSBuild and its pods.
 *
 * @param failure message of the condition {@code Failed}
 * @param image {@code status.finalImagePullspec}
 * @param reused the image was there before it: no pod of it ran
 * @param attempt the last that was started, 0 where none was
 * @param secretVersions of the secrets it was started with
 * @param pods of this very object: those of an earlier one of the same name are not among them
 */
public record MachineOSBuildFacts(
        String name,
        boolean deleting,
        BuildState state,
        String failure,
        Optional<Pullspec> image,
        boolean reused,
        int attempt,
        String secretVersions,
        List<BuildPodFacts> pods) {

    public MachineOSBuildFacts {
        pods = List.copyOf(pods);
    }

    /** The attempt that counts: status or pods may be ahead of each other after a crash. */
    int lastAttempt() {
        return Math.max(attempt, pods.stream().mapToInt(BuildPodFacts::attempt).max().orElse(0));
    }

    Optional<BuildPodFacts> pod(int ofAttempt) {
        return pods.stream().filter(pod -> pod.attempt() == ofAttempt).findFirst();
    }
}
