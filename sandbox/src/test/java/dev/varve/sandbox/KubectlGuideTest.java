package dev.varve.sandbox;

import dev.varve.sandbox.scenario.KubectlScenario;
import org.junit.jupiter.api.Tag;

@Tag("kubectl")
class KubectlGuideTest extends KubectlScenario {
    @Override
    protected Cluster open() {
        return Sandbox.start(SandboxOptions.quick(3));
    }
}
