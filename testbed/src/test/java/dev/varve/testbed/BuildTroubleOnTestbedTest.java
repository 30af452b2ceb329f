package dev.varve.testbed;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.scenario.BuildTroubleScenario;

@TestbedScenario
class BuildTroubleOnTestbedTest extends BuildTroubleScenario {
    @Override
    protected Cluster open() {
        return Testbed.attach(Integer.getInteger(TestbedScenario.INDEX));
    }
}
