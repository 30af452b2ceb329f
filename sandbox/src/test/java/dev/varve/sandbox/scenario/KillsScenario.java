package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever is killed, and whenever: the same end, one reboot, never undrained. */
public abstract class KillsScenario extends ClusterScenario {
    @BeforeEach
    void start() {
        begin();
        scene.setUp();
        scene.applyService();
        scene.awaitService();
    }

    @AfterEach
    void stop() throws Exception {
        end();
    }

    @ParameterizedTest
    @EnumSource(value = Phase.class, names = {"Staging", "Staged", "Cordoning", "Draining", "Finalizing", "Rebooting", "Verifying"})
    void anAgentKilledInAPhaseComesToTheSameEnd(Phase phase) throws Exception {
        Pullspec image = scene.imageAfter("");
        var reached = observations.reached(first(), phase);
        scene.label(first());
        reached.get(cluster.patience().toSeconds(), TimeUnit.SECONDS);
        // While the machine is down no agent runs that could be killed: the next one is, as soon as it is there.
        await().atMost(cluster.patience()).until(() -> cluster.killAgent(first()));
        assertTheSameEnd(image);
    }

    @Test
    void aControllerKilledInTheMiddleOfARolloutIsReplacedAndNothingIsLost() throws Exception {
        Pullspec image = scene.imageAfter("");
        String second = cluster.machines().get(1);
        var draining = observations.seen(first(), Keys.PHASE, Phase.Draining.name());
        scene.label(first());
        draining.get(cluster.patience().toSeconds(), TimeUnit.SECONDS);
        cluster.replaceController();
        scene.label(second);
        assertTheSameEnd(image);
        scene.awaitDone(second, image);
        assertThat(observations.wrongs()).isEmpty();
    }

    @Test
    void aPowerCutBeforeTheRebootLeavesANodeThatServesAndTriesAgain() throws Exception {
        Pullspec image = scene.imageAfter("");
        var staging = observations.seen(first(), Keys.PHASE, Phase.Staging.name());
        scene.label(first());
        staging.get(cluster.patience().toSeconds(), TimeUnit.SECONDS);
        cluster.powerCut(first());
        scene.awaitDone(first(), image);
        assertThat(scene.cordoned(first())).isFalse();
    }

    private void assertTheSameEnd(Pullspec image) {
        scene.awaitDone(first(), image);
        assertThat(observations.wrongs()).isEmpty();
        assertThat(observations.reboots(first())).isEqualTo(1);
        assertThat(scene.cordoned(first())).isFalse();
    }
}
