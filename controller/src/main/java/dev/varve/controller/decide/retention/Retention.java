package dev.varve.controller.decide.retention;

import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to become of a pool's images.
 *
 * @param superfluous may be deleted, the oldest first
 * @param kept why, of each image that stays
 * @param held why nothing is superfluous that would be otherwise, and what would end it; empty where nothing is held
 */
public record Retention(List<Superfluous> superfluous, Map<Pullspec, String> kept, Optional<String> held) {

    /**
     * Nobody needs this image.
     *
     * @param builds the pool's MachineOSBuilds that name it
     */
    public record Superfluous(Pullspec image, List<String> builds) {
        public Superfluous {
            builds = List.copyOf(builds);
        }
    }

    public Retention {
        superfluous = List.copyOf(superfluous);
        kept = Map.copyOf(kept);
    }
}
