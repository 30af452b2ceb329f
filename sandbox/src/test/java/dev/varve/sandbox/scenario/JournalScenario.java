package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.MessageId;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who reads a node's journal reads what was done to the node, in order, and finds it by its fields; for clusters whose nodes have one. */
public abstract class JournalScenario extends ClusterScenario {
    private static final String AGENT = "SYSLOG_IDENTIFIER=varve-agent";
    /** Several times what a datagram can have. */
    private static final int LONG = 1 << 20;

    private Pullspec image;
    private Instant begun;

    /** The journal's entries since then, in order, of which each match ({@code FIELD=value}) is true. */
    protected abstract List<Map<String, Object>> entries(String node, Instant since, String... matches);

    /** One entry of that phase, whose message is so many times "x", written by the agent's code in its pod. */
    protected abstract void writeFromAgentsPod(String node, String phase, int size) throws Exception;

    @BeforeEach
    void start() {
        begin();
        begun = Instant.now();
        scene.setUp();
        scene.applyService();
        budget(3);
        scene.awaitService();
        image = scene.imageAfter("");
    }

    @AfterEach
    void stop() throws Exception {
        endWithNothingWrong();
    }

    @Test
    void anUpdateIsToldInOrderAndFoundByItsFields() throws Exception {
        String node = cluster.client().pods().inNamespace(Guide.SERVICE_NAMESPACE).withLabel("app", Guide.SERVICE).list().getItems()
                .getFirst().getSpec().getNodeName();
        scene.label(node);
        await().atMost(cluster.patience()).until(() -> scene.annotation(node, Keys.DRAIN), drain -> drain.contains("\"budget\":\"web\""));
        budget(2);
        scene.awaitDone(node, image);

        String digest = image.requireDigest().toString();
        await().atMost(soon()).untilAsserted(() -> assertThat(messages(entries(node, begun, AGENT)))
                .containsSubsequence(
                        "Staging: stages " + image.abbreviated() + " while the node serves",
                        "Cordoned node to apply update: takes the node out of service",
                        "Draining: evicts the node's pods",
                        "Drained node to apply update",
                        "Finalizing: asks the host to reboot into " + image.requireDigest().abbreviated(),
                        "Idle: runs " + image.abbreviated() + ", and it passed its checks",
                        "Uncordoned node: " + image.abbreviated() + " passed its checks",
                        "Node runs " + image + ", setting it to Done"));
        assertThat(messages(entries(node, begun, AGENT))).anyMatch(m -> m.matches("The agent begins: .*, back from the reboot into it"));
        List<Map<String, Object>> drain = entries(node, begun, "VARVE_PHASE=Draining");
        assertThat(messages(drain)).anyMatch(m -> m.matches("Draining: shop/web-\\S+ is held by disruption budget web: .*"));
        assertThat(drain).filteredOn("MESSAGE_ID", MessageId.HELD.id()).isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.get("MESSAGE").toString()).contains("is held by disruption budget web"));
        assertThat(messages(entries(node, begun, "VARVE_PHASE=Draining", "MESSAGE_ID=" + MessageId.DRAINED.id())))
                .containsExactly("Drained node to apply update");
        assertThat(drain).allSatisfy(entry -> assertThat(entry)
                .containsEntry("VARVE_NODE", node)
                .containsEntry("VARVE_IMAGE", image.toString())
                .containsEntry("VARVE_DIGEST", digest)
                .containsEntry("VARVE_ATTEMPT", "1")
                .containsEntry("PRIORITY", "6")
                .containsEntry("_UID", "0"));
        assertThat(entries(node, begun, "VARVE_DIGEST=" + digest, "PRIORITY=3")).isEmpty();

        writeFromAgentsPod(node, "Draining", LONG);
        await().atMost(soon()).untilAsserted(
                () -> assertThat(messages(entries(node, begun, "VARVE_PHASE=Draining")).getLast()).isEqualTo("x".repeat(LONG)));
    }

    private static List<String> messages(List<Map<String, Object>> entries) {
        return entries.stream().map(entry -> String.valueOf(entry.get("MESSAGE"))).toList();
    }

    private void budget(int minAvailable) {
        cluster.client().policy().v1().podDisruptionBudget().inNamespace(Guide.SERVICE_NAMESPACE).withName(Guide.SERVICE)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"minAvailable\":" + minAvailable + "}}");
    }
}
