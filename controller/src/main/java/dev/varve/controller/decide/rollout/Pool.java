package dev.varve.controller.decide.rollout;

import dev.varve.contract.IntOrPercent;

/**
 * The MachineConfigPool whose nodes are moved.
 *
 * @param maxUnavailable nodes that may be away at the same time, of the pool's nodes
 */
public record Pool(String name, boolean paused, IntOrPercent maxUnavailable) {
    /** Where a pool does not say (reference-behaviour.md 4.3). */
    public static final IntOrPercent DEFAULT_MAX_UNAVAILABLE = IntOrPercent.count(1);
}
