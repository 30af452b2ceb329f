package dev.varve.sandbox;

import dev.varve.sandbox.scenario.RetentionScenario;

class RetentionTest extends RetentionScenario {
    @Override
    protected Cluster open() {
        return Sandbox.start(SandboxOptions.quick(2));
    }
}
