package dev.varve.cli;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.Sandbox;

/** The embedded cluster: starts with the command and ends with it. */
final class SandboxChoice implements ClusterChoice {
    static final String NAME = "sandbox";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String whyNot() {
        return "is for a cluster that is up already, and the sandbox starts anew each time";
    }

    @Override
    public Cluster open(Wanted wanted) {
        return Sandbox.start(wanted.sandbox());
    }
}
