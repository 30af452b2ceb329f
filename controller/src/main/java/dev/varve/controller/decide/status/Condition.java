package dev.varve.controller.decide.status;

import java.time.Instant;

/**
 * A condition of a MachineConfigPool.
 *
 * @param since {@code lastTransitionTime}: when {@code on} last changed
 */
public record Condition(String type, boolean on, String reason, String message, Instant since) {
    public static final String UPDATED = "Updated";
    public static final String UPDATING = "Updating";
    public static final String DEGRADED = "Degraded";
    public static final String NODE_DEGRADED = "NodeDegraded";
    public static final String RENDER_DEGRADED = "RenderDegraded";
    public static final String IMAGE_BUILD_DEGRADED = "ImageBuildDegraded";
}
