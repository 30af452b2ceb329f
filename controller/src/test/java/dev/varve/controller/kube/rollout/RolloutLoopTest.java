package dev.varve.controller.kube.rollout;

import static dev.varve.controller.kube.FakeCluster.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.contract.Keys;
import dev.varve.controller.decide.rollout.NodeMaker;
import dev.varve.controller.kube.FakeCluster;
import dev.varve.controller.kube.JacksonJson;
import dev.varve.controller.kube.KubeException;
import dev.varve.controller.kube.Parts;
import dev.varve.controller.kube.RecordedEvents;
import dev.varve.controller.loop.PoolLoop.Finding;
import dev.varve.controller.loop.PoolLoop.Result;
import dev.varve.controller.metrics.Metrics;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RolloutLoopTest {
    private static final String CONFIG = "rendered-layered-a";
    private static final String IMAGE = NodeMaker.image("a").toString();
    private static final Map<String, String> ROLE = Map.of("role/layered", "");

    private final FakeCluster cluster = new FakeCluster().layered("layered", CONFIG, IMAGE);
    private final FakeNodes server = new FakeNodes();
    private final RecordedEvents events = new RecordedEvents();
    private final FreshNodes fresh = new FreshNodes();
    private boolean leads = true;
    private final RolloutLoop loop = new RolloutLoop(
            new PoolReader(cluster, fresh, new JacksonJson()), fresh, server, new JacksonJson(), events, new Metrics(),
            () -> leads);

    private void add(Node node) {
        cluster.nodes.add(node);
        cluster.pods.add(FakeCluster.agent("layered", Parts.name(node)));
        server.put(node);
    }

    private void sync(String... names) {
        cluster.nodes.replaceAll(node -> List.of(names).contains(Parts.name(node)) ? server.get(Parts.name(node)) : node);
    }

    private Result turn() {
        return loop.turn("layered", NodeMaker.NOW, List.of());
    }

    private Map<String, String> annotations(String name) {
        return server.get(name).getMetadata().getAnnotations();
    }

    @Test
    void tellsANewNodeAllInOnePatch() {
        add(node("n1", "1", ROLE, Map.of()));

        Result result = turn();

        assertThat(server.patches).hasSize(1);
        assertThat(annotations("n1")).containsEntry(Keys.PREFETCH, IMAGE).containsEntry(Keys.STATE, "Working");
        assertThat(server.get("n1").getMetadata().getLabels()).containsEntry(Keys.POOL_LABEL, "layered");
        assertThat(server.get("n1").getSpec().getTaints()).extracting("key").containsExactly(Keys.UPDATING_TAINT);
        assertThat(result.again()).isEmpty();
    }

    @Test
    void writesNothingTwice() {
        add(node("n1", "1", ROLE, Map.of()));
        turn();
        sync("n1");
        turn();

        assertThat(server.patches).hasSize(1);
    }

    @Test
    void grantsConfigAndImageInOnePatchAndSaysSo() {
        add(node("n1", "1", ROLE, Map.of(Keys.PREFETCH, IMAGE, Keys.STAGED, IMAGE, Keys.STATE, "Working")));

        turn();

        assertThat(server.patches).hasSize(1);
        assertThat(annotations("n1"))
                .containsEntry(Keys.DESIRED_CONFIG, CONFIG)
                .containsEntry(Keys.DESIRED_IMAGE, IMAGE)
                .containsEntry(Keys.STATE, "Working")
                .doesNotContainKey(Keys.PREFETCH);
        assertThat(events.said)
                .containsExactly("MachineConfigPool/layered SetDesiredConfigAndOSImage: Targeted node n1 to MachineConfig "
                        + CONFIG + " / Image " + IMAGE);
    }

    @Test
    void givesNoSecondSlotWhileItsCacheHasNotHeardOfTheFirst() {
        Map<String, String> staged = Map.of(Keys.PREFETCH, IMAGE, Keys.STAGED, IMAGE, Keys.STATE, "Working");
        add(node("n1", "1", ROLE, staged));
        add(node("n2", "2", ROLE, staged));

        turn();
        turn();

        assertThat(annotations("n1")).containsKey(Keys.DESIRED_IMAGE);
        assertThat(annotations("n2")).doesNotContainKey(Keys.DESIRED_IMAGE);
    }

    @Test
    void aNodeThatHasChangedIsLeftToTheNextTurn() {
        add(node("n1", "1", ROLE, Map.of()));
        server.annotate("n1", Map.of("x", "y"));

        assertThat(turn().again()).contains(Duration.ofMillis(200));
        assertThat(annotations("n1")).containsOnlyKeys("x");
        sync("n1");
        turn();
        assertThat(annotations("n1")).containsKey(Keys.PREFETCH);
    }

    @Test
    void writesNothingWhenItLeadsNoMore() {
        add(node("n1", "1", ROLE, Map.of()));
        leads = false;

        assertThatThrownBy(this::turn).isInstanceOf(KubeException.class).hasMessageContaining("left to the next leader");
        assertThat(server.patches).isEmpty();
    }

    @Test
    void leavesPoolsAloneThatHaveNoMachineOSConfig() {
        cluster.machineOSConfigs.clear();
        add(node("n1", "1", ROLE, Map.of()));

        assertThat(turn()).isEqualTo(Result.NOTHING);
        assertThat(server.patches).isEmpty();
    }

    @Test
    void leavesNodesAloneThatTwoPoolsAskForAndSaysSo() {
        cluster.layered("infra", "rendered-infra-a", IMAGE);
        add(node("n1", "1", Map.of("role/layered", "", "role/infra", ""), Map.of()));

        Result result = turn();

        assertThat(server.patches).isEmpty();
        assertThat(result.findings())
                .anySatisfy(finding -> {
                    assertThat(finding.condition()).isEqualTo("NodeDegraded");
                    assertThat(finding.message()).contains("node n1 belongs to 2 custom roles");
                });
    }

    @Test
    void sendsANodeHomeThatLeavesAndCleansItThen() {
        String origin = NodeMaker.ORIGIN.toString();
        Map<String, String> done = Map.of(
                Keys.CURRENT_CONFIG, CONFIG, Keys.CURRENT_IMAGE, IMAGE, Keys.DESIRED_CONFIG, CONFIG, Keys.DESIRED_IMAGE,
                IMAGE, Keys.STATE, "Done", Keys.ORIGIN_IMAGE, origin, "somebody/else", "x");
        add(node("n1", "1", Map.of(Keys.POOL_LABEL, "layered"), done));

        turn();
        assertThat(annotations("n1")).containsEntry(Keys.PREFETCH, origin);

        server.annotate("n1", Map.of(Keys.STAGED, origin));
        sync("n1");
        turn();
        assertThat(annotations("n1")).containsEntry(Keys.DESIRED_IMAGE, origin).doesNotContainKey(Keys.PREFETCH);

        server.annotate("n1", Map.of(Keys.CURRENT_IMAGE, origin, Keys.STATE, "Done", Keys.PHASE, "Idle"));
        sync("n1");
        turn();
        assertThat(annotations("n1")).containsOnlyKeys("somebody/else");
        assertThat(server.get("n1").getMetadata().getLabels()).isEmpty();
    }

    @Test
    void keepsTheTaintsOfOthers() {
        add(new NodeBuilder(node("n1", "1", ROLE, Map.of()))
                .editSpec()
                .addNewTaint("NoSchedule", "dedicated", null, null)
                .endSpec()
                .build());

        turn();

        assertThat(server.get("n1").getSpec().getTaints())
                .extracting("key")
                .containsExactly("dedicated", Keys.UPDATING_TAINT);
    }

    @Test
    void aSpecThatCannotBeReadMovesNothingAndIsNamed() {
        cluster.policies.add(FakeCluster.object("RolloutPolicy", "layered", Map.of("failure", Map.of("haltAfter", 0)), Map.of()));
        add(node("n1", "1", ROLE, Map.of()));

        assertThat(turn().findings())
                .containsExactly(new Finding(
                        "Degraded", true, "InvalidSpec",
                        "RolloutPolicy layered spec.failure.haltAfter is \"0\": want 1 or more"));
        assertThat(server.patches).isEmpty();
    }

    @Test
    void readsKernelArgumentsOfTheRenderedConfig() {
        cluster.configs.add(FakeCluster.object("MachineConfig", CONFIG, Map.of("kernelArguments", List.of("quiet", "x=1")), Map.of()));
        add(node("n1", "1", ROLE, Map.of()));

        turn();

        assertThat(annotations("n1")).containsEntry(Keys.KERNEL_ARGUMENTS, "[\"quiet\",\"x=1\"]");
    }
}
