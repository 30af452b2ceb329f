package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.NodeState;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The guide, a test a step, on one cluster and in its order. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class GuideScenario extends ClusterScenario {
    private Pullspec first;

    @BeforeAll
    void start() {
        begin();
    }

    @AfterAll
    void stop() throws Exception {
        end();
    }

    @Test
    @Order(1)
    void theSetUpIsJudgedWithinSeconds() {
        scene.setUp();
        await().atMost(soon()).until(() -> scene.condition(Guide.CONFIGS, "layered", "Valid"), c -> c.startsWith("True"));
    }

    @Test
    @Order(2)
    void aBuildIsMadeUnderTheNameAndWithTheConditionsOfTheGuide() {
        first = scene.imageAfter("");
        List<GenericKubernetesResource> builds = cluster.client().genericKubernetesResources(Guide.BUILDS).list().getItems();
        assertThat(builds).hasSize(1);
        GenericKubernetesResource build = builds.getFirst();
        assertThat(build.getMetadata().getName()).matches("layered-rendered-layered-[0-9a-f]{32}-[0-9a-f]{8}-builder");
        assertThat((String) build.get("status", "finalImagePullspec")).isEqualTo(first.toString()).startsWith(Guide.PUSH_HOST);
        assertThat((String) build.get("status", "builderReference", "imageBuilderType")).isEqualTo("PodImageBuilder");
        // One more where the image was reused.
        assertThat(build.<List<Map<String, Object>>>get("status", "conditions")).extracting(c -> c.get("type"))
                .startsWith("Prepared", "Building", "Succeeded", "Interrupted", "Failed");
        String name = build.getMetadata().getName();
        assertThat(scene.condition(Guide.BUILDS, name, "Succeeded")).isEqualTo("True: Build Ready");
        assertThat(scene.condition(Guide.BUILDS, name, "Building")).isEqualTo("False: Image Build In Progress");
    }

    @Test
    @Order(3)
    void theNodeStillRunsItsFactoryImage() {
        assertThat(cluster.rpmOstreeStatus(first())).contains("State: idle").contains("* ostree-unverified-registry:" + Guide.BASE_HOST + "/ocp/");
        assertThat(cluster.hasCommand(first(), "tree")).isFalse();
        assertThat(scene.annotation(first(), Keys.DESIRED_IMAGE)).isEmpty();
    }

    @Test
    @Order(4)
    void aLabelMovesTheNodeAndStateIsNeverDoneInBetween() {
        var states = new ConcurrentLinkedQueue<String>();
        try (var watch = cluster.client().nodes().withName(first()).inform(new StateRecorder(states))) {
            scene.label(first());
            scene.awaitDone(first(), first);
        }
        List<String> withTarget = states.stream().dropWhile(s -> !s.equals(NodeState.Working.name())).distinct().toList();
        assertThat(withTarget).containsExactly(NodeState.Working.name(), NodeState.Done.name());
        assertThat(observations.reboots(first())).isEqualTo(1);
        assertThat(observations.wrongs()).isEmpty();
    }

    @Test
    @Order(5)
    void theNodeRunsTheImageWithWhatWasInstalled() {
        assertThat(cluster.rpmOstreeStatus(first())).contains("* ostree-unverified-registry:" + first);
        assertThat(cluster.hasCommand(first(), "tree")).isTrue();
        assertThat(scene.annotation(first(), Keys.ORIGIN_IMAGE)).startsWith(Guide.BASE_HOST);
        assertThat(scene.cordoned(first())).isFalse();
        assertThat(scene.node(first()).getSpec().getTaints()).isEmpty();
    }

    @Test
    @Order(6)
    void anEditIsBuiltAndRolledOutToAllNodesOneByOneWithNoServiceLost() {
        scene.applyService();
        scene.awaitService();
        cluster.machines().forEach(scene::label);
        scene.containerfile(Scene.CONTAINERFILE_WITH_STRACE);
        Pullspec second = scene.imageAfter(first.toString());
        cluster.machines().forEach(node -> scene.awaitDone(node, second));
        assertThat(observations.wrongs()).isEmpty();
        assertThat(cluster.hasCommand(cluster.machines().getLast(), "strace")).isTrue();
    }

    @Test
    @Order(7)
    void thePoolSaysThatItIsUpdated() {
        await().atMost(soon()).until(() -> scene.condition(Guide.POOLS, Guide.POOL, "Updated"), c -> c.startsWith("True: All nodes are updated"));
        GenericKubernetesResource pool = cluster.client().genericKubernetesResources(Guide.POOLS).withName(Guide.POOL).get();
        assertThat((Integer) pool.get("status", "updatedMachineCount")).isEqualTo(cluster.machines().size());
        assertThat((String) pool.get("status", "configuration", "name")).isEqualTo(pool.get("spec", "configuration", "name"));
    }

    @Test
    @Order(8)
    void aConfigForAPoolThatDoesNotExistIsToldSo() {
        GenericKubernetesResource config = Guide.machineOSConfig();
        config.getMetadata().setName("lost");
        config.<Map<String, Object>>get("spec", "machineConfigPool").put("name", "nowhere");
        Guide.apply(cluster.client(), List.of(config));
        await().atMost(soon()).until(
                () -> scene.condition(Guide.CONFIGS, "lost", "Valid"),
                c -> c.startsWith("False: ") && c.contains("\"nowhere\" does not exist"));
    }
}
