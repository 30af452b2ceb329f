package dev.varve.sandbox;

import dev.varve.sandbox.scenario.KillsScenario;
import java.time.Duration;

class KillsTest extends KillsScenario {
    /** A little slower than it goes: each phase is to be long enough for something to be killed in it. */
    @Override
    protected Cluster open() {
        return Sandbox.start(new SandboxOptions(
                2, 0, Duration.ofMillis(600), Duration.ofMillis(300), Duration.ofMillis(100), Duration.ofMillis(250)));
    }
}
