package dev.varve.sandbox.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.varve.contract.Keys;
import dev.varve.contract.NodeState;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.Traces;
import dev.varve.sandbox.quickstart.Guide;
import dev.varve.sandbox.scenario.Observations;
import dev.varve.sandbox.scenario.Scene;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The crash table from outside, where an agent is a pod: it ends at the moment that {@link Moment} sees, which is a little after
 * the line. Two nodes go from the image they came with to the guide's, and back, in turns; the agent of one is killed on its
 * way, and the power of the other is cut.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class CrashesScenario {
    private final Map<String, Pullspec> origins = new HashMap<>();
    private Cluster cluster;
    private Scene scene;
    private Observations seen;
    private Pullspec image;

    /** A cluster with two machines or more, in whatever state: it is reset first, and closed in the end. */
    protected abstract Cluster open();

    /** True from when the machine's init has begun to shut it down until it is off. */
    protected abstract boolean shutsDown(Cluster cluster, String node);

    @BeforeAll
    void start() {
        cluster = open();
        scene = new Scene(cluster);
        seen = new Observations(cluster);
        cluster.reset();
        setUp();
    }

    private void setUp() {
        nodes().forEach(node -> origins.put(node, cluster.bootedImage(node).orElseThrow()));
        scene.setUp();
        nodes().forEach(scene::applyOwnService);
        cluster.client().genericKubernetesResources(Guide.POOLS).withName(Guide.POOL).patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"maxUnavailable\":\"100%\"}}");
        // A stage that a power cut lost is a failure that would halt the pool; the next row is to begin all the same.
        cluster.client().genericKubernetesResources(Guide.POLICIES).withName(Guide.POOL).patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"failure\":{\"haltAfter\":10000}}}");
        image = scene.imageAfter("");
    }

    /** A row that failed may have left the nodes apart. */
    @BeforeEach
    void together() {
        if (!nodes().stream().allMatch(this::isOrigin) && !nodes().stream().allMatch(this::isThere)) {
            nodes().forEach(scene::deleteOwnService);
            cluster.reset();
            setUp();
        }
        nodes().forEach(scene::awaitOwnService);
    }

    private boolean isOrigin(String node) {
        return Optional.of(origins.get(node)).equals(cluster.bootedImage(node)) && Traces.on(scene.node(node)).isEmpty();
    }

    private boolean isThere(String node) {
        return Optional.of(image).equals(cluster.bootedImage(node))
                && scene.annotation(node, Keys.STATE).equals(NodeState.Done.name())
                && !scene.cordoned(node);
    }

    @AfterAll
    void stop() throws Exception {
        if (cluster != null) {
            nodes().forEach(scene::deleteOwnService);
            seen.close();
            cluster.reset();
            cluster.close();
        }
    }

    private List<String> nodes() {
        return cluster.machines().subList(0, 2);
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void theEndIsTheSame(Moment moment) throws Exception {
        String killedNode = nodes().get(0);
        String cutNode = nodes().get(1);
        Before beforeKill = Before.of(killedNode, seen);
        Before beforeCut = Before.of(cutNode, seen);
        boolean there = isOrigin(killedNode);
        try (SeenEnd kill = end(moment, killedNode, false); SeenEnd cut = end(moment, cutNode, true)) {
            turn();
            kill.awaitIt();
            cut.awaitIt();
            assertAll(nodes().stream().map(node -> () -> awaitEnd(node, there)));
        }
        assertThat(beforeKill.problems(seen, 0, false)).isEmpty();
        assertThat(beforeCut.problems(seen, 1, false)).isEmpty();
    }

    private SeenEnd end(Moment moment, String node, boolean powerCut) {
        boolean atShutdown = moment == Moment.DURING_FINALISATION;
        return new SeenEnd(
                cluster,
                node,
                powerCut,
                atShutdown ? seen.reached(node, Phase.Finalizing) : seen.when(node, moment.since(scene.node(node))),
                () -> !atShutdown || shutsDown(cluster, node),
                () -> Traces.on(scene.node(node)).isEmpty());
    }

    @Test
    void wheneverItEndsTheEndIsTheSame() throws Exception {
        long seed = Long.getLong("varve.seed", System.nanoTime());
        Random random = new Random(seed);
        Instant until = Instant.now().plus(Duration.ofMinutes(Integer.getInteger("varve.crash.minutes", 2)));
        int runs = 0;
        while (Instant.now().isBefore(until)) {
            nodes().forEach(scene::awaitOwnService);
            Map<String, Integer> cuts = new HashMap<>();
            Map<String, Before> befores = new HashMap<>();
            nodes().forEach(node -> befores.put(node, Before.of(node, seen)));
            boolean there = turn();
            Instant begun = Instant.now();
            for (String node : nodes()) {
                boolean cut = random.nextBoolean();
                Instant at = begun.plusMillis(random.nextInt(12_000));
                await().pollInterval(Duration.ofMillis(5)).atMost(cluster.patience()).until(() -> !Instant.now().isBefore(at));
                cuts.put(node, cut ? 1 : 0);
                if (cut) {
                    cluster.powerCut(node);
                } else {
                    cluster.killAgent(node);
                }
            }
            for (String node : nodes()) {
                String story = "seed " + seed + ", run " + runs + ", " + node + ", " + (cuts.get(node) == 1 ? "power cut" : "kill");
                try {
                    awaitEnd(node, there);
                } catch (RuntimeException | AssertionError late) {
                    throw new AssertionError(story + ": " + late.getMessage(), late);
                }
                assertThat(befores.get(node).problems(seen, cuts.get(node), false)).as(story).isEmpty();
            }
            runs += nodes().size();
        }
        System.out.println(runs + " updates with an end at random, seed " + seed);
    }

    /** @return whether both go to the guide's image now, else back */
    private boolean turn() {
        boolean there = isOrigin(nodes().getFirst());
        nodes().forEach(there ? scene::label : scene::unlabel);
        return there;
    }

    private void awaitEnd(String node, boolean there) {
        if (there) {
            scene.awaitDone(node, image);
        } else {
            await().atMost(cluster.patience()).untilAsserted(() -> {
                assertThat(Traces.on(scene.node(node))).isEmpty();
                // Empty while it is down, as in awaitDone.
                assertThat(cluster.bootedImage(node)).contains(origins.get(node));
            });
        }
        assertThat(scene.cordoned(node)).isFalse();
        assertThat(scene.annotation(node, Keys.HELD_CORDON)).isEmpty();
    }
}
