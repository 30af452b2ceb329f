package dev.varve.sandbox;

import dev.varve.sandbox.scenario.PromisesScenario;

class PromisesTest extends PromisesScenario {
    @Override
    protected Cluster open() {
        return Sandbox.start(SandboxOptions.quick(2));
    }
}
