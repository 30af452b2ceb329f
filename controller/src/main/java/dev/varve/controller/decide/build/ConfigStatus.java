package dev.varve.controller.decide.build;

import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.Optional;

/**
 * What a MachineOSConfig's status says.
 *
 * @param problems empty where it is valid
 * @param phase of the build that is wanted
 * @param build its name, where there is one
 * @param message one sentence: what, on what, what would end it
 * @param image the image to be published; empty leaves the one that is there
 */
public record ConfigStatus(
        List<String> problems, Phase phase, Optional<String> build, String message, Optional<Pullspec> image) {

    public enum Phase { Invalid, Waiting, Building, Succeeded, Failed }

    public ConfigStatus {
        problems = List.copyOf(problems);
    }

    /** {@code Valid} and {@code Built}. */
    public List<Condition> conditions() {
        Condition valid = problems.isEmpty()
                ? new Condition("Valid", true, "Valid", "Ready to be built")
                : new Condition("Valid", false, "Invalid", String.join("\n", problems));
        return List.of(valid, new Condition("Built", phase == Phase.Succeeded, reason(), message));
    }

    /** Also the reason of the pool's {@code ImageBuildDegraded}, in the reference's words where it has one. */
    public String reason() {
        return switch (phase) {
            case Invalid -> "MachineOSConfigInvalid";
            case Waiting -> "BuildPending";
            case Building -> "Building";
            case Succeeded -> "BuildSuccess";
            case Failed -> "BuildFailed";
        };
    }
}
