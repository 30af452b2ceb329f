package dev.varve.controller.decide.rollout;

import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.Optional;

/**
 * A MachineOSBuild as the rollout sees it.
 *
 * @param config name of the rendered config it builds
 * @param image {@code status.finalImagePullspec}
 */
public record BuildView(String name, BuildState state, String config, Optional<Pullspec> image, Instant created) {

    boolean isInProgress() {
        return state == BuildState.Initial || state == BuildState.Prepared || state == BuildState.Building;
    }
}
