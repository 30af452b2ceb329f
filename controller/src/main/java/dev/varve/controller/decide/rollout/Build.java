package dev.varve.controller.decide.rollout;

/**
 * The build that decides a pool's target.
 *
 * @param machineOSBuild its name, {@code ""} where the state is {@link BuildState#None}
 */
public record Build(BuildState state, String machineOSBuild) {
    public static final Build NONE = new Build(BuildState.None, "");
}
