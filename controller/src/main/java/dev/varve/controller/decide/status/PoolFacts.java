package dev.varve.controller.decide.status;

import dev.varve.controller.decide.rollout.Build;
import dev.varve.controller.decide.rollout.Goal;
import dev.varve.controller.decide.rollout.NodeView;
import java.util.List;

/**
 * All that a pool's status is made of.
 *
 * @param generation {@code metadata.generation} of the pool that was read
 * @param config name of {@code spec.configuration}, {@code ""} where nothing is rendered yet
 * @param machineOSConfig name of the pool's MachineOSConfig, {@code ""} where it has none any more
 * @param members the pool's nodes, without those that have left it
 * @param notes what the loops before this one found in the same turn
 * @param before conditions as they stand
 */
public record PoolFacts(
        long generation,
        boolean paused,
        String config,
        String machineOSConfig,
        Build build,
        Goal goal,
        List<NodeView> members,
        List<Note> notes,
        List<Condition> before) {

    public PoolFacts {
        members = List.copyOf(members);
        notes = List.copyOf(notes);
        before = List.copyOf(before);
    }

    /** The image that the pool should have next does not come, even where an earlier one is there. */
    boolean buildFailed() {
        return notes.stream().anyMatch(note -> note.bad() && note.condition().equals(Condition.IMAGE_BUILD_DEGRADED));
    }
}
