package dev.varve.sandbox;

import dev.varve.sandbox.scenario.WayBackScenario;

class WayBackTest extends WayBackScenario {
    @Override
    protected Cluster open() {
        return Sandbox.start(SandboxOptions.quick(2));
    }
}
