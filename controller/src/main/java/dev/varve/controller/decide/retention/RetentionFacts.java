package dev.varve.controller.decide.retention;

import java.util.List;

/**
 * All that decides which images of one pool may go.
 *
 * @param keep the pool's newest images that stay whatever its nodes run, 1 or more
 * @param settled all nodes of the pool run its image, and no build is under way for it
 * @param silent nodes of the pool that have not said what they could roll back to
 * @param images of every pool: two of them may have one and the same
 * @param uses by all nodes, MachineOSConfigs and MachineConfigs of the cluster
 */
public record RetentionFacts(
        String pool, int keep, boolean settled, List<String> silent, List<BuiltImage> images, List<ImageUse> uses) {

    public RetentionFacts {
        if (keep < 1) {
            throw new IllegalArgumentException("keep is " + keep + ", want 1 or more");
        }
        silent = List.copyOf(silent);
        images = List.copyOf(images);
        uses = List.copyOf(uses);
    }
}
