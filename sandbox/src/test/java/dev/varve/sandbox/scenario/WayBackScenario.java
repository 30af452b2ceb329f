package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Traces;
import dev.varve.sandbox.quickstart.Guide;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Out of the pool again: a grant of the image that the node came with, carried out like any other, and nothing left behind. */
public abstract class WayBackScenario extends ClusterScenario {
    private Map<String, Pullspec> origins;
    private Pullspec image;

    @BeforeEach
    void start() {
        begin();
        origins = cluster.machines().stream().collect(Collectors.toMap(Function.identity(), node -> cluster.bootedImage(node).orElseThrow()));
        scene.setUp();
        scene.applyService();
        scene.awaitService();
        image = scene.imageAfter("");
    }

    @AfterEach
    void stop() throws Exception {
        endWithNothingWrong();
    }

    @Test
    void aNodeThatLosesItsLabelGoesBackInOneDrainedReboot() {
        scene.label(first());
        scene.awaitDone(first(), image);
        scene.unlabel(first());
        awaitOrigin(first());
        assertThat(observations.reboots(first())).isEqualTo(2);
        assertThat(cluster.hasCommand(first(), "tree")).isFalse();
    }

    @Test
    void aPoolThatLosesItsConfigLetsAllItsNodesGoBack() {
        cluster.machines().forEach(scene::label);
        cluster.machines().forEach(node -> scene.awaitDone(node, image));
        cluster.client().genericKubernetesResources(Guide.CONFIGS).withName("layered").delete();
        cluster.machines().forEach(this::awaitOrigin);
    }

    @Test
    void aNodeThatLeavesBeforeItHasMovedStaysWhereItIs() {
        scene.label(first());
        scene.unlabel(first());
        awaitOrigin(first());
        assertThat(observations.reboots(first())).isLessThanOrEqualTo(2);
    }

    /** It has completed nothing yet, and may be past recall: in the image for a boot, and then on its way back. */
    @ParameterizedTest
    @EnumSource(value = Phase.class, names = {"Staging", "Staged", "Draining", "Finalizing", "Rebooting", "Verifying"})
    void aNodeThatLeavesOnItsWayGoesBackAllTheSame(Phase phase) throws Exception {
        var reached = observations.reached(first(), phase);
        scene.label(first());
        reached.get(cluster.patience().toSeconds(), TimeUnit.SECONDS);
        scene.unlabel(first());
        awaitOrigin(first());
    }

    @Test
    void afterAResetTheGuideStartsAnew() {
        scene.label(first());
        scene.awaitDone(first(), image);
        cluster.reset();
        cluster.machines().forEach(this::awaitOrigin);
        scene.setUp();
        Pullspec again = scene.imageAfter("");
        scene.label(first());
        scene.awaitDone(first(), again);
    }

    private void awaitOrigin(String node) {
        await().atMost(cluster.patience().multipliedBy(2)).untilAsserted(() -> assertThat(Traces.on(scene.node(node))).isEmpty());
        await().atMost(soon()).until(() -> cluster.client().pods().inNamespace(Guide.NAMESPACE)
                .withLabel("app.kubernetes.io/name", "varve-agent").withField("spec.nodeName", node).list().getItems().isEmpty());
        assertThat(cluster.bootedImage(node)).contains(origins.get(node));
        assertThat(scene.cordoned(node)).isFalse();
    }
}
