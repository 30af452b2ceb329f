package dev.varve.testbed;

/** Placeholder until the fleet's runner is merged. */
final class FleetMain {
    private FleetMain() {}
}
