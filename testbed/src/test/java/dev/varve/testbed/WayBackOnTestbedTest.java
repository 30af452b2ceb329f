package dev.varve.testbed;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.scenario.WayBackScenario;

@TestbedScenario
class WayBackOnTestbedTest extends WayBackScenario {
    @Override
    protected Cluster open() {
        return Testbed.attach(Integer.getInteger(TestbedScenario.INDEX));
    }
}
