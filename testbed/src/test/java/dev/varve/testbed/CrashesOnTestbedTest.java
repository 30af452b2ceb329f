package dev.varve.testbed;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.crash.CrashesScenario;

/** {@code -Dvarve.crash.minutes=10} gives the ends at random so long; {@code -Dvarve.seed} has the same ones again. */
@TestbedScenario
class CrashesOnTestbedTest extends CrashesScenario {
    @Override
    protected Cluster open() {
        return Testbed.attach(Integer.getInteger(TestbedScenario.INDEX));
    }

    @Override
    protected boolean shutsDown(Cluster cluster, String node) {
        return ((Testbed) cluster).shutsDown(node);
    }
}
