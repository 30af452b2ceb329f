package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The safety rules of the product, seen from outside on a whole cluster. */
public abstract class PromisesScenario extends ClusterScenario {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private Pullspec image;

    @BeforeEach
    void start() {
        begin();
        scene.setUp();
        image = scene.imageAfter("");
    }

    @AfterEach
    void stop() throws Exception {
        endWithNothingWrong();
    }

    @Test
    void aPersonsCordonStays() {
        scene.schedulable(first(), false);
        scene.label(first());
        scene.awaitDone(first(), image);
        assertThat(scene.cordoned(first())).isTrue();
        assertThat(scene.annotation(first(), Keys.HELD_CORDON)).isEqualTo("true");
    }

    @Test
    void aDrainThatIsHeldUpNamesPodAndBudgetAndEndsWhenItMay() {
        startServiceThatNeedsAll();
        String victim = nodeWithAPod();
        scene.label(victim);
        await().atMost(cluster.patience()).until(
                () -> scene.annotation(victim, Keys.DRAIN), drain -> drain.contains("\"budget\":\"web\"") && drain.contains("\"namespace\":\"shop\""));
        await().atMost(cluster.patience()).until(
                () -> scene.condition(Guide.POOLS, Guide.POOL, "Updating"),
                waits -> waits.startsWith("True") && waits.contains(victim) && waits.contains("shop/web-") && waits.contains("budget"));
        assertThat(observations.reboots(victim)).isZero();
        budget(2);
        scene.awaitDone(victim, image);
        assertThat(scene.annotation(victim, Keys.DRAIN)).isEmpty();
    }

    @Test
    void aPausedPoolLetsNoNodeGoAndGoesOnWhenItIsResumed() {
        pause(true);
        scene.label(first());
        await().atMost(soon()).until(
                () -> scene.condition(Guide.POOLS, Guide.POOL, "Updating"), c -> c.startsWith("False: Pool is paused"));
        await().during(aWhile()).atMost(soon())
                .until(() -> scene.annotation(first(), Keys.DESIRED_IMAGE).isEmpty() && scene.annotation(first(), Keys.PREFETCH).isEmpty());
        pause(false);
        scene.awaitDone(first(), image);
    }

    @Test
    void aTargetThatIsSupersededWhileANodeStagesGivesWayToTheNewOne() throws Exception {
        var staging = observations.seen(first(), Keys.PHASE, Phase.Staging.name());
        scene.label(first());
        staging.get(cluster.patience().toSeconds(), TimeUnit.SECONDS);
        scene.containerfile(Scene.CONTAINERFILE_WITH_STRACE);
        Pullspec second = scene.imageAfter(image.toString());
        scene.awaitDone(first(), second);
    }

    @Test
    void someoneWhoMakesTheNodeSchedulableInTheMiddleOfADrainDoesNotGetPodsKilled() {
        startServiceThatNeedsAll();
        String victim = nodeWithAPod();
        scene.label(victim);
        await().atMost(cluster.patience()).until(() -> !scene.annotation(victim, Keys.DRAIN).isEmpty());
        scene.schedulable(victim, true);
        await().atMost(soon()).until(() -> scene.cordoned(victim));
        budget(2);
        scene.awaitDone(victim, image);
        assertThat(observations.reboots(victim)).isEqualTo(1);
    }

    @Test
    void kernelArgumentsOfAMachineConfigComeAndGoWithIt() {
        scene.label(first());
        scene.awaitDone(first(), image);
        List<String> before = cluster.kernelArguments(first());
        var config = cluster.client().resource(new GenericKubernetesResourceBuilder()
                .withApiVersion("machineconfiguration.openshift.io/v1")
                .withKind("MachineConfig")
                .withNewMetadata().withName("99-layered-audit").addToLabels("machineconfiguration.openshift.io/role", Guide.POOL).endMetadata()
                .addToAdditionalProperties("spec", Map.of("kernelArguments", List.of("audit=0", "varve.test=\"a\"")))
                .build());
        config.create();
        try {
            Pullspec second = scene.imageAfter(image.toString());
            scene.awaitDone(first(), second);
            assertThat(cluster.kernelArguments(first())).contains("audit=0", "varve.test=\"a\"");
            config.delete();
            scene.awaitDone(first(), scene.imageAfter(second.toString()));
            assertThat(cluster.kernelArguments(first())).hasSameSizeAs(before).doesNotContain("audit=0", "varve.test=\"a\"");
        } finally {
            config.delete();
        }
    }

    @Test
    void aNodeThatNeverComesBackIsNamedAndNoOtherFollows() {
        cluster.client().resource(Guide.objects(cluster.client(), "policy.yaml").getFirst())
                .patch(MERGE, "{\"spec\":{\"boot\":{\"timeout\":\"" + cluster.patience().toSeconds() / 30 + "s\"}}}");
        cluster.machines().forEach(cluster::breakNextReturn);
        cluster.machines().forEach(scene::label);
        String sentence = await().atMost(cluster.patience()).until(
                () -> scene.condition(Guide.POOLS, Guide.POOL, "Degraded"), c -> c.startsWith("True"));
        String lost = cluster.machines().stream().filter(name -> !cluster.isUp(name)).findFirst().orElseThrow();
        assertThat(sentence).contains(lost);
        await().during(aWhile()).atMost(soon())
                .until(() -> cluster.machines().stream().allMatch(name -> cluster.isUp(name) != name.equals(lost)));
        cluster.powerOn(lost);
        scene.awaitDone(lost, image);
    }

    private void startServiceThatNeedsAll() {
        scene.applyService();
        budget(3);
        scene.awaitService();
    }

    private void budget(int minAvailable) {
        cluster.client().policy().v1().podDisruptionBudget().inNamespace(Guide.SERVICE_NAMESPACE).withName(Guide.SERVICE)
                .patch(MERGE, "{\"spec\":{\"minAvailable\":" + minAvailable + "}}");
    }

    private void pause(boolean paused) {
        cluster.client().genericKubernetesResources(Guide.POOLS).withName(Guide.POOL).patch(MERGE, "{\"spec\":{\"paused\":" + paused + "}}");
    }

    private String nodeWithAPod() {
        return cluster.client().pods().inNamespace(Guide.SERVICE_NAMESPACE).withLabel("app", Guide.SERVICE).list().getItems().getFirst().getSpec().getNodeName();
    }
}
