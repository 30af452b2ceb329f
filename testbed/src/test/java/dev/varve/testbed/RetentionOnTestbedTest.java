package dev.varve.testbed;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.scenario.RetentionScenario;

@TestbedScenario
class RetentionOnTestbedTest extends RetentionScenario {
    @Override
    protected Cluster open() {
        return Testbed.attach(Integer.getInteger(TestbedScenario.INDEX));
    }
}
