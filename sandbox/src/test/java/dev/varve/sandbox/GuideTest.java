package dev.varve.sandbox;

import dev.varve.sandbox.scenario.GuideScenario;

class GuideTest extends GuideScenario {
    @Override
    protected Cluster open() {
        return Sandbox.start(SandboxOptions.quick(3));
    }
}
