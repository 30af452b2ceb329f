package dev.varve.controller.decide.rollout;

/** Where a pool is to go. */
public sealed interface Goal {

    /** To this target. */
    record Move(Target target) implements Goal {}

    /**
     * Nowhere yet.
     *
     * @param why what there has to be first, e.g. {@code build layered-rendered-layered-0f0f-builder}
     */
    record Await(String why) implements Goal {}
}
