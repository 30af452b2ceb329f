package dev.varve.agent.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.NodePatch;
import dev.varve.agent.decide.PodFacts;
import dev.varve.agent.state.JacksonJson;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes over the wire, against a few lines of HTTP. */
class KubeNodeApiTest {
    private static final PodFacts POD =
            new PodFacts("shop", "cart-0", "uid-1", Map.of(), Optional.of(new PodFacts.Controller("ReplicaSet", "u")), false, false, Optional.empty());

    private final Wire wire = new Wire();
    private KubernetesClient client;
    private KubeNodeApi api;

    @BeforeEach
    void begin() throws IOException {
        wire.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + wire.port())
                .withOnlyHttpWatches(true)
                .build();
        client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .withKubernetesSerialization(new KubernetesSerialization(new ObjectMapper(), false))
                .build();
        api = new KubeNodeApi(client, "worker-1", new JacksonJson(), Clock.systemUTC());
    }

    @AfterEach
    void end() {
        api.close();
        client.close();
        wire.close();
    }

    @Test
    void patchesWithOneRequestThatNamesOnlyWhatChanges() {
        wire.answer("PATCH /api/v1/nodes/worker-1", 200, node("8", "\"varve.dev/phase\":\"Cordoning\"", true, "boot-1"));
        var annotations = new LinkedHashMap<String, Optional<String>>();
        annotations.put("varve.dev/phase", Optional.of("Cordoning"));
        annotations.put("varve.dev/staged", Optional.empty());
        var view = api.patch(new NodePatch(annotations, Optional.of(true), Optional.of("7")));
        assertThat(wire.requests()).containsExactly("PATCH /api/v1/nodes/worker-1 application/merge-patch+json "
                + "{\"metadata\":{\"resourceVersion\":\"7\",\"annotations\":{\"varve.dev/phase\":\"Cordoning\",\"varve.dev/staged\":null}},"
                + "\"spec\":{\"unschedulable\":true}}");
        assertThat(view.unschedulable()).isTrue();
        assertThat(view.bootId()).contains("boot-1");
        assertThat(api.node()).contains(view);
    }

    @Test
    void aConflictIsToldApart() {
        wire.answer("PATCH /api/v1/nodes/worker-1", 409, status(409, "Conflict", "the object has been modified", ""));
        assertThatThrownBy(() -> api.patch(NodePatch.annotations(Map.of("a", Optional.of("b")))))
                .isInstanceOfSatisfying(ClusterException.class, failed -> assertThat(failed.conflict()).isTrue())
                .hasMessageContaining("patch node worker-1");
    }

    @Test
    void aFailedPatchIsNotRepeatedBehindOurBack() {
        wire.answer("PATCH /api/v1/nodes/worker-1", 503, "{}");
        assertThatThrownBy(() -> api.patch(NodePatch.annotations(Map.of("a", Optional.of("b")))))
                .isInstanceOf(ClusterException.class);
        assertThat(wire.requests()).hasSize(1);
    }

    @Test
    void deletesExactlyThisPod() {
        wire.answer("DELETE /api/v1/namespaces/shop/pods/cart-0", 200, status(200, "", "", ""));
        api.delete(POD);
        assertThat(wire.requests().getFirst()).contains("\"preconditions\":{\"uid\":\"uid-1\"}");
    }

    @ParameterizedTest
    @CsvSource({"200,true", "404,false", "409,false"})
    void tellsWhetherItWasStillThereToBeDeleted(int code, boolean deleted) {
        wire.answer("DELETE /api/v1/namespaces/shop/pods/cart-0", code, status(code, "", "", ""));
        assertThat(api.delete(POD)).isEqualTo(deleted);
    }

    @Test
    void listsThePodsOfThisNodeInAllNamespaces() {
        wire.answer("GET /api/v1/pods", 200, "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[{\"metadata\":{"
                + "\"namespace\":\"shop\",\"name\":\"cart-0\",\"uid\":\"uid-1\",\"ownerReferences\":[{\"apiVersion\":\"apps/v1\","
                + "\"kind\":\"ReplicaSet\",\"name\":\"cart\",\"uid\":\"u\",\"controller\":true}]},\"status\":{\"phase\":\"Running\"}}]}");
        assertThat(api.pods()).containsExactly(POD);
        assertThat(wire.requests().getFirst()).startsWith("GET /api/v1/pods?fieldSelector=spec.nodeName%3Dworker-1");
    }

    @Test
    void eventsStandOnTheNode() {
        wire.answer("POST /api/v1/namespaces/default/events", 201, "{\"kind\":\"Event\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"x\"}}");
        api.event(false, "Drain", "Drained node");
        assertThat(wire.requests().getFirst()).contains(
                "\"reason\":\"Drain\"", "\"message\":\"Drained node\"", "\"kind\":\"Node\"", "\"name\":\"worker-1\"", "\"type\":\"Normal\"");
    }

    @Test
    void watchesItsOwnNodeAndHeartbeatsAreNoNews() {
        var wakes = new AtomicInteger();
        api.onChange(wakes::incrementAndGet);
        wire.answer("GET /api/v1/nodes", 200, "{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"7\"},"
                + "\"items\":[" + node("7", "", false, "boot-1") + "]}");
        api.start();
        await().until(() -> api.node().isPresent());
        wire.event("MODIFIED", node("8", "", false, "boot-1"));
        wire.event("MODIFIED", node("9", "\"varve.dev/prefetch\":\"x\"", false, "boot-1"));
        await().until(() -> api.node().orElseThrow().resourceVersion().equals("9"));
        assertThat(api.node().orElseThrow().annotations()).containsEntry("varve.dev/prefetch", "x");
        assertThat(wakes).hasValue(2);
        assertThat(wire.requests()).allSatisfy(request -> assertThat(request).contains("fieldSelector=metadata.name%3Dworker-1"));
    }

    @Test
    void anAnswerThatIsNewerThanTheWatchWins() {
        wire.answer("GET /api/v1/nodes", 200, "{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"7\"},"
                + "\"items\":[" + node("7", "", false, "boot-1") + "]}");
        api.start();
        await().until(() -> api.node().isPresent());
        wire.answer("PATCH /api/v1/nodes/worker-1", 200, node("12", "", true, "boot-1"));
        api.patch(new NodePatch(Map.of(), Optional.of(true), Optional.empty()));
        wire.event("MODIFIED", node("11", "", false, "boot-1"));
        wire.event("MODIFIED", node("13", "\"last\":\"x\"", true, "boot-1"));
        await().until(() -> {
            assertThat(api.node().orElseThrow().unschedulable()).isTrue();
            return api.node().orElseThrow().resourceVersion().equals("13");
        });
    }

    private static String node(String version, String annotations, boolean unschedulable, String bootId) {
        return "{\"kind\":\"Node\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"worker-1\",\"resourceVersion\":\"" + version
                + "\",\"annotations\":{" + annotations + "}},\"spec\":{\"unschedulable\":" + unschedulable
                + "},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}],\"nodeInfo\":{\"bootID\":\"" + bootId + "\"}}}";
    }

    private static String status(int code, String reason, String message, String causes) {
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"" + (code < 300 ? "Success" : "Failure") + "\",\"code\":" + code
                + ",\"reason\":\"" + reason + "\",\"message\":\"" + message + "\",\"details\":{\"causes\":[" + causes + "]}}";
    }
}
