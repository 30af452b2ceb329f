package dev.varve.cli;

import dev.varve.sandbox.Cluster;
import dev.varve.testbed.Testbed;

/** The testbed that is up: the real parts, and it stays up when the command ends. */
final class TestbedChoice implements ClusterChoice {
    @Override
    public String name() {
        return "testbed";
    }

    @Override
    public String whyNot() {
        return "is for the sandbox, and the testbed is what ./varve testbed up made it";
    }

    @Override
    public Cluster open(Wanted wanted) {
        Testbed testbed = Testbed.attach(wanted.index());
        // Whatever was played on it before.
        testbed.reset();
        return testbed;
    }
}
