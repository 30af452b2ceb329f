package dev.varve.sandbox;

import dev.varve.sandbox.scenario.BuildTroubleScenario;
import java.time.Duration;

class BuildTroubleTest extends BuildTroubleScenario {
    private static final SandboxOptions QUICK = SandboxOptions.quick(2);

    /** Slow builds: what befalls one must befall it in time. */
    @Override
    protected Cluster open() {
        return Sandbox.start(new SandboxOptions(
                QUICK.nodes(), 0, QUICK.pullTime(), QUICK.bootTime(), Duration.ofSeconds(2), QUICK.podTime()));
    }
}
