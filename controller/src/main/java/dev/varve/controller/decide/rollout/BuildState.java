package dev.varve.controller.decide.rollout;

/** How far the image of a pool's configuration is, from the conditions of its MachineOSBuild. */
public enum BuildState {
    /** There is no MachineOSBuild yet. */
    None,
    /** It exists, and nothing has happened. */
    Initial,
    Prepared,
    Building,
    Succeeded,
    Failed,
    Interrupted
}
