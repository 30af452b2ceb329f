package dev.varve.testbed;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.scenario.GuideScenario;

@TestbedScenario
class GuideOnTestbedTest extends GuideScenario {
    @Override
    protected Cluster open() {
        return Testbed.attach(Integer.getInteger(TestbedScenario.INDEX));
    }
}
