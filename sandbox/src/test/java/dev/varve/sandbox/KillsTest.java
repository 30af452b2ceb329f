package dev.varve.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever is killed, and whenever: the same end, one reboot, never undrained. */
class KillsTest {
    private static final String NODE = "worker-0";
    private Sandbox sandbox;
    private Observations observations;
    private Scene scene;

    @BeforeEach
    void start() {
        sandbox = Sandbox.start(new SandboxOptions(
                2, 0, Duration.ofMillis(600), Duration.ofMillis(300), Duration.ofMillis(100), Duration.ofMillis(250)));
        observations = new Observations(sandbox);
        scene = new Scene(sandbox);
        scene.setUp();
        scene.applyService();
        scene.awaitService();
    }

    @AfterEach
    void stop() throws Exception {
        observations.close();
        sandbox.close();
    }

    @ParameterizedTest
    @EnumSource(value = Phase.class, names = {"Staging", "Staged", "Cordoning", "Draining", "Finalizing", "Rebooting", "Verifying"})
    void anAgentKilledInAPhaseComesToTheSameEnd(Phase phase) throws Exception {
        Pullspec image = scene.imageAfter("");
        var reached = observations.seen(NODE, Keys.PHASE, phase.name());
        scene.label(NODE);
        reached.get(30, TimeUnit.SECONDS);
        // While the machine is down no agent runs that could be killed: the next one is, as soon as it is there.
        await().atMost(Duration.ofSeconds(20)).until(() -> sandbox.killAgent(NODE));
        assertTheSameEnd(image);
    }

    @Test
    void aControllerKilledInTheMiddleOfARolloutIsReplacedAndNothingIsLost() throws Exception {
        Pullspec image = scene.imageAfter("");
        var draining = observations.seen(NODE, Keys.PHASE, Phase.Draining.name());
        scene.label(NODE);
        draining.get(30, TimeUnit.SECONDS);
        sandbox.replaceController();
        scene.label("worker-1");
        assertTheSameEnd(image);
        scene.awaitDone("worker-1", image);
        assertThat(observations.wrongs()).isEmpty();
    }

    @Test
    void aPowerCutBeforeTheRebootLeavesANodeThatServesAndTriesAgain() throws Exception {
        Pullspec image = scene.imageAfter("");
        var staging = observations.seen(NODE, Keys.PHASE, Phase.Staging.name());
        scene.label(NODE);
        staging.get(30, TimeUnit.SECONDS);
        sandbox.machine(NODE).powerCut();
        scene.awaitDone(NODE, image);
        assertThat(scene.cordoned(NODE)).isFalse();
    }

    private void assertTheSameEnd(Pullspec image) {
        scene.awaitDone(NODE, image);
        assertThat(observations.wrongs()).isEmpty();
        assertThat(observations.reboots(NODE)).isEqualTo(1);
        assertThat(scene.cordoned(NODE)).isFalse();
    }
}
