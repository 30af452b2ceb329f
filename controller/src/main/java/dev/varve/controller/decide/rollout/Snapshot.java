package dev.varve.controller.decide.rollout;

import dev.varve.contract.RolloutSpec;
import java.util.List;

/**
 * One pool at one moment.
 *
 * @param nodes the pool's members, and the nodes that left it and still have to go back to the image they came with
 */
public record Snapshot(Pool pool, Goal goal, RolloutSpec spec, List<NodeView> nodes) {
    public Snapshot {
        nodes = List.copyOf(nodes);
    }
}
