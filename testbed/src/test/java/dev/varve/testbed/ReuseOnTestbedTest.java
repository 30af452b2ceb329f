package dev.varve.testbed;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.scenario.ReuseScenario;

@TestbedScenario
class ReuseOnTestbedTest extends ReuseScenario {
    @Override
    protected Cluster open() {
        return Testbed.attach(Integer.getInteger(TestbedScenario.INDEX));
    }
}
