package dev.varve.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.host.Fault;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The safety rules of the product, seen from outside on a whole cluster. */
class PromisesTest {
    private static final String NODE = "worker-0";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private Sandbox sandbox;
    private Observations observations;
    private Scene scene;
    private Pullspec image;

    @BeforeEach
    void start() {
        sandbox = Sandbox.start(SandboxOptions.quick(2));
        observations = new Observations(sandbox);
        scene = new Scene(sandbox);
        scene.setUp();
        image = scene.imageAfter("");
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(observations.wrongs()).isEmpty();
        observations.close();
        sandbox.close();
    }

    @Test
    void aPersonsCordonStays() {
        sandbox.client().nodes().withName(NODE).patch(MERGE, "{\"spec\":{\"unschedulable\":true}}");
        scene.label(NODE);
        scene.awaitDone(NODE, image);
        assertThat(scene.cordoned(NODE)).isTrue();
        assertThat(scene.annotation(NODE, Keys.HELD_CORDON)).isEqualTo("true");
    }

    @Test
    void aDrainThatIsHeldUpNamesPodAndBudgetAndEndsWhenItMay() {
        startServiceThatNeedsAll();
        String victim = nodeWithAPod();
        scene.label(victim);
        await().atMost(Duration.ofSeconds(20)).until(
                () -> scene.annotation(victim, Keys.DRAIN), drain -> drain.contains("\"budget\":\"web\"") && drain.contains("\"namespace\":\"shop\""));
        await().atMost(Duration.ofSeconds(20)).until(
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
        scene.label(NODE);
        await().atMost(Duration.ofSeconds(10)).until(
                () -> scene.condition(Guide.POOLS, Guide.POOL, "Updating"), c -> c.startsWith("False: Pool is paused"));
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5))
                .until(() -> scene.annotation(NODE, Keys.DESIRED_IMAGE).isEmpty() && scene.annotation(NODE, Keys.PREFETCH).isEmpty());
        pause(false);
        scene.awaitDone(NODE, image);
    }

    @Test
    void aTargetThatIsSupersededWhileANodeStagesIsNeverBooted() throws Exception {
        var staging = observations.seen(NODE, Keys.PHASE, Phase.Staging.name());
        scene.label(NODE);
        staging.get(20, TimeUnit.SECONDS);
        scene.containerfile("FROM configs AS final\nRUN rpm-ostree install tree strace && ostree container commit\n");
        Pullspec second = scene.imageAfter(image.toString());
        scene.awaitDone(NODE, second);
    }

    @Test
    void someoneWhoMakesTheNodeSchedulableInTheMiddleOfADrainDoesNotGetPodsKilled() {
        startServiceThatNeedsAll();
        String victim = nodeWithAPod();
        scene.label(victim);
        await().atMost(Duration.ofSeconds(20)).until(() -> !scene.annotation(victim, Keys.DRAIN).isEmpty());
        sandbox.client().nodes().withName(victim).patch(MERGE, "{\"spec\":{\"unschedulable\":false}}");
        await().atMost(Duration.ofSeconds(10)).until(() -> scene.cordoned(victim));
        budget(2);
        scene.awaitDone(victim, image);
        assertThat(observations.reboots(victim)).isEqualTo(1);
    }

    @Test
    void aNodeThatNeverComesBackIsNamedAndNoOtherFollows() {
        sandbox.client().resource(Guide.objects(sandbox.client(), "policy.yaml").getFirst())
                .patch(MERGE, "{\"spec\":{\"boot\":{\"timeout\":\"2s\"}}}");
        sandbox.machines().forEach(name -> sandbox.machine(name).arm(new Fault.BootNeverReturns()));
        sandbox.machines().forEach(scene::label);
        String sentence = await().atMost(Duration.ofSeconds(30)).until(
                () -> scene.condition(Guide.POOLS, Guide.POOL, "Degraded"), c -> c.startsWith("True"));
        String lost = sandbox.machines().stream().filter(name -> !sandbox.machine(name).isUp()).findFirst().orElseThrow();
        assertThat(sentence).contains(lost);
        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5))
                .until(() -> sandbox.machines().stream().filter(name -> sandbox.machine(name).isUp()).count() == 1);
        sandbox.machine(lost).powerOn();
        scene.awaitDone(lost, image);
    }

    private void startServiceThatNeedsAll() {
        scene.applyService();
        budget(3);
        scene.awaitService();
    }

    private void budget(int minAvailable) {
        sandbox.client().policy().v1().podDisruptionBudget().inNamespace("shop").withName("web")
                .patch(MERGE, "{\"spec\":{\"minAvailable\":" + minAvailable + "}}");
    }

    private void pause(boolean paused) {
        sandbox.client().genericKubernetesResources(Guide.POOLS).withName(Guide.POOL).patch(MERGE, "{\"spec\":{\"paused\":" + paused + "}}");
    }

    private String nodeWithAPod() {
        return sandbox.client().pods().inNamespace("shop").withLabel("app", "web").list().getItems().getFirst().getSpec().getNodeName();
    }
}
