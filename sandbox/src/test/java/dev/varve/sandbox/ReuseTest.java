package dev.varve.sandbox;

import dev.varve.sandbox.scenario.ReuseScenario;

class ReuseTest extends ReuseScenario {
    @Override
    protected Cluster open() {
        return Sandbox.start(SandboxOptions.quick(2));
    }
}
