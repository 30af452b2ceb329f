package dev.varve.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.agent.kube.Clients;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.fleet.SimulatedFleet;
import dev.varve.sandbox.host.MachineTimes;
import dev.varve.sandbox.quickstart.Guide;
import dev.varve.sandbox.scenario.Scene;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes without a machine in a cluster whose own two are left alone; there is no kwok here that would keep their status. */
class FleetTest {
    private static final MachineTimes QUICK = new MachineTimes(Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofMillis(100));

    @TempDir
    private Path directory;

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private Sandbox sandbox;
    private Scene scene;
    private SimulatedFleet fleet;

    @BeforeEach
    void start() {
        sandbox = Sandbox.start(SandboxOptions.quick(2));
        scene = new Scene(sandbox);
        scene.setUp();
    }

    @AfterEach
    void stop() {
        fleet.close();
        sandbox.close();
    }

    @Test
    void agentsCarryTheirNodesIntoTheImageEachByItsOwnCredential() {
        List<String> nodes = started(20);
        sandbox.client().genericKubernetesResources(Guide.POOLS).withName(Guide.POOL)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"maxUnavailable\":\"100%\"}}");
        String firstBoot = bootId(nodes.getFirst());
        Pullspec image = scene.imageAfter("");
        nodes.forEach(scene::label);
        nodes.forEach(this::awaitDone);
        nodes.forEach(node -> assertThat(scene.annotation(node, Keys.CURRENT_IMAGE)).isEqualTo(image.toString()));
        assertThat(asked).containsAll(nodes);
        assertThat(bootId(nodes.getFirst())).isNotEmpty().isNotEqualTo(firstBoot);
        assertThat(fleet.machine(nodes.getFirst()).orElseThrow().rpmOstreeStatus()).contains("* ostree-unverified-registry:" + image);
        assertThat(sandbox.machines()).allSatisfy(node -> assertThat(Traces.on(scene.node(node))).isEmpty());
    }

    @Test
    void aPowerCutEndsTheAgentAndTheNextBootBeginsAnother() {
        String node = started(1).getFirst();
        scene.imageAfter("");
        scene.label(node);
        await().atMost(sandbox.patience()).until(() -> !scene.annotation(node, Keys.PHASE).isEmpty());
        fleet.machine(node).orElseThrow().powerCut();
        awaitDone(node);
    }

    @Test
    void anAgentGoesWithItsPod() {
        String node = started(1).getFirst();
        scene.imageAfter("");
        scene.label(node);
        awaitDone(node);
        scene.unlabel(node);
        await().atMost(sandbox.patience()).until(() -> Traces.on(scene.node(node)).isEmpty());
    }

    private List<String> started(int count) {
        List<String> names = IntStream.range(0, count).mapToObj(i -> "fake-" + i).toList();
        names.forEach(name -> sandbox.client().resource(node(name)).create());
        var options = new SimulatedFleet.Options(names, directory, sandbox.images().base(), QUICK, true);
        fleet = new SimulatedFleet(options, sandbox.client(), this::clientOf, sandbox.images());
        fleet.start();
        await().until(() -> names.stream().noneMatch(name -> bootId(name).isEmpty()));
        return names;
    }

    private KubernetesClient clientOf(String node) {
        asked.add(node);
        return Clients.connect(Optional.of(sandbox.kubeconfig().toFile())).client();
    }

    private String bootId(String name) {
        Node node = scene.node(name);
        return node.getStatus() == null || node.getStatus().getNodeInfo() == null ? "" : node.getStatus().getNodeInfo().getBootID();
    }

    private void awaitDone(String node) {
        await().atMost(sandbox.patience().multipliedBy(2)).until(() -> scene.annotation(node, Keys.STATE).equals("Done"));
    }

    private static Node node(String name) {
        return new NodeBuilder()
                .withNewMetadata().withName(name)
                .addToLabels("kubernetes.io/hostname", name)
                .addToLabels("node-role.kubernetes.io/worker", "")
                .addToAnnotations("kwok.x-k8s.io/node", "fake").endMetadata()
                .withNewSpec().addNewTaint().withKey("kwok.x-k8s.io/node").withValue("fake").withEffect("NoSchedule").endTaint().endSpec()
                .build();
    }
}
