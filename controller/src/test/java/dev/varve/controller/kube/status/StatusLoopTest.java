package dev.varve.controller.kube.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Tree;
import dev.varve.controller.decide.rollout.NodeMaker;
import dev.varve.controller.kube.FakeCluster;
import dev.varve.controller.kube.JacksonJson;
import dev.varve.controller.kube.Parts;
import dev.varve.controller.kube.RecordedEvents;
import dev.varve.controller.kube.rollout.FreshNodes;
import dev.varve.controller.kube.rollout.PoolReader;
import dev.varve.controller.loop.PoolLoop.Finding;
import dev.varve.controller.metrics.Metrics;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusLoopTest {
    private final FakeCluster cluster =
            new FakeCluster().layered("layered", "rendered-layered-a", NodeMaker.image("a").toString());
    private final List<String> patches = new ArrayList<>();
    private final RecordedEvents events = new RecordedEvents();
    private final Metrics metrics = new Metrics();
    private final PoolReport report = new PoolReport();
    private final JacksonJson json = new JacksonJson();
    private final StatusLoop loop = new StatusLoop(
            cluster, new PoolReader(cluster, new FreshNodes(), json), this::write, report, json, events, metrics, () -> true);

    private void write(String pool, String patch) {
        patches.add(patch);
        GenericKubernetesResource object = cluster.pools.getFirst();
        object.setAdditionalProperty("status", Tree.root(json.read(patch)).at("status").value());
    }

    private void turn(Instant now, Finding... findings) {
        loop.turn("layered", now, List.of(findings));
    }

    private Tree condition(String type) {
        return Parts.status(cluster.pools.getFirst()).at("conditions").list().stream()
                .filter(condition -> condition.at("type").string("").equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void writesOnceAndThenOnlyWhenSomethingChanges() {
        turn(NodeMaker.NOW);
        turn(NodeMaker.NOW.plusSeconds(60));
        assertThat(patches).hasSize(1);

        cluster.nodes.add(FakeCluster.node("n1", "1", Map.of("role/layered", ""), Map.of()));
        turn(NodeMaker.NOW.plusSeconds(90));
        assertThat(patches).hasSize(2);
        assertThat(condition("Updated").at("status").string("")).isEqualTo("False");
        assertThat(condition("Updated").at("lastTransitionTime").string("")).isEqualTo("2026-11-23T10:01:30Z");
        assertThat(condition("NodeDegraded").at("lastTransitionTime").string("")).isEqualTo("2026-11-23T10:00:00Z");
    }

    @Test
    void advancesTheConfigurationOnlyWhenAllNodesAreDone() {
        cluster.nodes.add(FakeCluster.node("n1", "1", Map.of("role/layered", ""), Map.of()));
        turn(NodeMaker.NOW);
        assertThat(Parts.status(cluster.pools.getFirst()).at("configuration").present()).isFalse();

        cluster.nodes.clear();
        turn(NodeMaker.NOW);
        assertThat(Parts.status(cluster.pools.getFirst()).at("configuration").at("name").string(""))
                .isEqualTo("rendered-layered-a");
    }

    @Test
    void announcesWhatHasBegunAndEnded() {
        turn(NodeMaker.NOW);
        cluster.nodes.add(FakeCluster.node("n1", "1", Map.of("role/layered", ""), Map.of()));
        turn(NodeMaker.NOW);
        turn(NodeMaker.NOW);

        assertThat(events.said)
                .satisfiesExactly(
                        completed -> assertThat(completed).startsWith("MachineConfigPool/layered Completed: All nodes are updated"),
                        updating -> assertThat(updating).startsWith("MachineConfigPool/layered Updating: Pool is waiting for nodes"));
    }

    @Test
    void keepsConditionsOfOthers() {
        cluster.pools.getFirst().setAdditionalProperty(
                "status", Map.of("conditions", List.of(Map.of("type", "PinnedImageSetsDegraded", "status", "False"))));

        turn(NodeMaker.NOW);

        assertThat(condition("PinnedImageSetsDegraded").at("status").string("")).isEqualTo("False");
    }

    @Test
    void aPoolThatCannotBeReadSaysWhy() {
        cluster.policies.add(FakeCluster.object("RolloutPolicy", "layered", Map.of("failure", Map.of("haltAfter", 0)), Map.of()));

        turn(NodeMaker.NOW);

        assertThat(condition("Degraded").at("message").string("")).contains("haltAfter is \"0\"");
    }

    @Test
    void passesFindingsOn() {
        turn(NodeMaker.NOW, new Finding("RenderDegraded", true, "", "MachineConfig 99-x asks for a disk"));

        assertThat(condition("RenderDegraded").at("status").string("")).isEqualTo("True");
        assertThat(condition("Degraded").at("message").string("")).isEqualTo("MachineConfig 99-x asks for a disk");
    }

    @Test
    void countsNodesAndForgetsThePoolWhenItIsGone() {
        cluster.nodes.add(FakeCluster.node("n1", "1", Map.of("role/layered", ""), Map.of()));
        turn(NodeMaker.NOW);
        assertThat(metrics.text()).contains("varve_pool_nodes{pool=\"layered\",state=\"serving\"} 1");
        assertThat(report.pools()).containsKey("layered");

        cluster.pools.clear();
        cluster.machineOSConfigs.clear();
        turn(NodeMaker.NOW);
        assertThat(metrics.text()).doesNotContain("pool=\"layered\"");
        assertThat(report.pools()).isEmpty();
    }
}
