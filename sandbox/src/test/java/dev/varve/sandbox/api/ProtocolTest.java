package dev.varve.sandbox.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes over the wire, for clients other than the one that the contract is tried with. Long: one list of exchanges. */
final class ProtocolTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private static final String NODES = "/api/v1/nodes";
    private static final int HISTORY = 200;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ApiServer server;

    @BeforeEach
    void start() throws IOException {
        JsonNode crd;
        try (InputStream yaml = ProtocolTest.class.getResourceAsStream("gadgets.yaml")) {
            crd = new YAMLMapper().readTree(yaml);
        }
        server = ApiServer.start(
                0, List.of(crd), new WatchStream.Pace(HISTORY, Duration.ofMillis(30), Duration.ofMillis(100)));
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    // ---- watches

    @Test
    void aVersionThatIsForgottenIsGone() throws Exception {
        String old = node("a").path("metadata").path("resourceVersion").asText();
        for (int i = 0; i <= HISTORY; i++) {
            send("PATCH", NODES + "/a", "application/merge-patch+json", "{\"metadata\":{\"labels\":{\"i\":\"" + i + "\"}}}");
        }
        List<JsonNode> events = watch(NODES + "?watch=true&resourceVersion=" + old, 1);
        assertThat(events.getFirst().path("type").asText()).isEqualTo("ERROR");
        assertThat(events.getFirst().path("object").path("code").asInt()).isEqualTo(410);
        assertThat(events.getFirst().path("object").path("reason").asText()).isEqualTo("Expired");
        assertThat(events.getFirst().path("object").path("message").asText()).startsWith("too old resource version: " + old);
    }

    @Test
    void aVersionOfAnotherLifeOfTheServerIsGone() throws Exception {
        List<JsonNode> events = watch(NODES + "?watch=true&resourceVersion=999999", 1);
        assertThat(events.getFirst().path("object").path("code").asInt()).isEqualTo(410);
    }

    @Test
    void aWatchEndsAfterTheTimeAskedFor() throws Exception {
        node("a");
        List<JsonNode> events = watch(NODES + "?watch=1&timeoutSeconds=1", Integer.MAX_VALUE);
        assertThat(events).extracting(event -> event.path("type").asText()).containsExactly("ADDED");
    }

    @Test
    void bookmarksTellHowFarAQuietWatchHasCome() throws Exception {
        node("a");
        configMap("x");
        List<JsonNode> events = watch(NODES + "?watch=1&allowWatchBookmarks=true&resourceVersion=0", 2);
        assertThat(events.get(1).path("type").asText()).isEqualTo("BOOKMARK");
        assertThat(events.get(1).path("object").path("metadata").path("resourceVersion").asText())
                .isEqualTo(get("/api/v1/nodes").path("metadata").path("resourceVersion").asText());
    }

    @Test
    void aWatchListMarksTheEndOfWhatThereWas() throws Exception {
        node("a");
        List<JsonNode> events = watch(NODES + "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true"
                + "&resourceVersionMatch=NotOlderThan&resourceVersion=1", 2);
        assertThat(events).extracting(event -> event.path("type").asText()).containsExactly("ADDED", "BOOKMARK");
        assertThat(events.get(1).path("object").path("metadata").path("annotations").path("k8s.io/initial-events-end").asText())
                .isEqualTo("true");
    }

    @Test
    void aClientThatLeavesFreesItsWatch() throws Exception {
        HttpResponse<InputStream> open = http.send(request(NODES + "?watch=1").build(), BodyHandlers.ofInputStream());
        await().until(() -> server.watches() == 1);
        open.body().close();
        await().until(() -> server.watches() == 0);
    }

    @Test
    void closingTheServerEndsItsWatches() throws Exception {
        HttpResponse<InputStream> open = http.send(request(NODES + "?watch=1").build(), BodyHandlers.ofInputStream());
        await().until(() -> server.watches() == 1);
        server.close();
        await().until(() -> server.watches() == 0);
        open.body().close();
    }

    /** Many write at once while one watches: the watcher can rebuild the list, and sees versions only grow. */
    @Test
    void aWatcherCanRebuildTheListFromWhatItHears() throws Exception {
        int writers = 4;
        int writes = 40;
        String since = get("/api/v1/configmaps").path("metadata").path("resourceVersion").asText();
        var heard = new CopyOnWriteArrayList<JsonNode>();
        HttpResponse<InputStream> open = http.send(
                request("/api/v1/configmaps?watch=1&resourceVersion=" + since).build(), BodyHandlers.ofInputStream());
        Thread.ofVirtual().start(() -> read(open.body(), heard, Integer.MAX_VALUE));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int writer = 0; writer < writers; writer++) {
                long seed = writer;
                threads.submit(() -> {
                    writeAtRandom(new Random(seed), writes);
                    return null;
                });
            }
        }
        configMap("last");
        await().until(() -> heard.stream().anyMatch(event -> name(event.path("object")).equals("last")));
        open.body().close();

        var rebuilt = new HashMap<String, JsonNode>();
        long version = 0;
        for (JsonNode event : heard) {
            JsonNode object = event.path("object");
            assertThat(object.path("metadata").path("resourceVersion").asLong()).isGreaterThan(version);
            version = object.path("metadata").path("resourceVersion").asLong();
            switch (event.path("type").asText()) {
                case "ADDED" -> assertThat(rebuilt.put(name(object), object)).isNull();
                case "MODIFIED" -> assertThat(rebuilt.put(name(object), object)).isNotNull();
                default -> assertThat(rebuilt.remove(name(object))).isNotNull();
            }
        }
        Map<String, JsonNode> listed = new HashMap<>();
        get("/api/v1/configmaps").path("items").forEach(item -> listed.put(name(item), item));
        assertThat(rebuilt.keySet()).isEqualTo(listed.keySet());
        rebuilt.forEach((name, object) -> assertThat(object.path("metadata")).isEqualTo(listed.get(name).path("metadata")));
    }

    private void writeAtRandom(Random random, int writes) throws Exception {
        for (int i = 0; i < writes; i++) {
            String name = "m" + random.nextInt(6);
            String path = "/api/v1/namespaces/default/configmaps";
            switch (random.nextInt(3)) {
                case 0 -> configMap(name);
                case 1 -> send("PATCH", path + "/" + name, "application/merge-patch+json",
                        "{\"data\":{\"k\":\"" + random.nextInt(3) + "\"}}");
                default -> send("DELETE", path + "/" + name, "application/json", "");
            }
        }
    }

    // ---- what kubectl asks for

    @Test
    void discoveryNamesEveryKind() throws Exception {
        assertThat(get("/api").path("versions").path(0).asText()).isEqualTo("v1");
        assertThat(get("/apis").path("groups").findValuesAsText("groupVersion")).contains("apps/v1", "contract.varve.dev/v1");
        assertThat(get("/apis/contract.varve.dev").path("preferredVersion").path("version").asText()).isEqualTo("v1");
        JsonNode gadgets = get("/apis/contract.varve.dev/v1").path("resources").path(0);
        assertThat(gadgets.path("shortNames").path(0).asText()).isEqualTo("gdg");
        assertThat(gadgets.path("namespaced").asBoolean()).isFalse();
        assertThat(get("/api/v1").path("resources").findValuesAsText("name")).contains("nodes/status", "pods/eviction");
        assertThat(get("/version").path("minor").asText()).isEqualTo("36");
        assertThat(http.send(request("/readyz").build(), BodyHandlers.ofString()).body()).isEqualTo("ok");
    }

    @Test
    void nodesAreShownAsATable() throws Exception {
        send("POST", NODES, "application/json", """
                {"metadata":{"name":"w","labels":{"node-role.kubernetes.io/worker":""}},"spec":{"unschedulable":true},
                 "status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"v1.36.0"}}}""");
        JsonNode table = json(http.send(request(NODES).header("Accept", TABLE).build(), BodyHandlers.ofString()));
        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.path("columnDefinitions").findValuesAsText("name")).startsWith("Name", "Status", "Roles", "Age", "Version");
        assertThat(table.path("rows").path(0).path("cells").path(1).asText()).isEqualTo("Ready,SchedulingDisabled");
        assertThat(table.path("rows").path(0).path("object").path("metadata").path("name").asText()).isEqualTo("w");
        assertThat(table.path("rows").path(0).path("object").has("spec")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 0s", "119, 119s", "120, 2m", "185, 3m5s", "660, 11m", "10800, 3h", "12300, 3h25m", "90000, 25h",
            "176400, 2d1h", "864000, 10d", "70000000, 2y80d"})
    void agesAreShortened(long seconds, String expected) {
        assertThat(Column.age(Duration.ofSeconds(seconds))).isEqualTo(expected);
    }

    // ---- refusals

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            POST  | /api/v1/nodes                                | application/json | {"metadata":            | 400 | BadRequest
            POST  | /api/v1/nodes                                | application/json | []                      | 400 | BadRequest
            POST  | /api/v1/nodes                                | application/json | {"kind":"Pod"}          | 400 | BadRequest
            POST  | /api/v1/nodes                                | application/json | {}                      | 422 | Invalid
            POST  | /api/v1/nodes                                | text/plain       | x                       | 415 | UnsupportedMediaType
            PATCH | /api/v1/namespaces/default                   | application/json | {}                      | 415 | UnsupportedMediaType
            PATCH | /apis/contract.varve.dev/v1/gadgets/x        | application/strategic-merge-patch+json | {} | 415 | UnsupportedMediaType
            POST  | /api/v1/namespaces/default                   | application/json | {}                      | 405 | MethodNotAllowed
            OPTIONS | /api/v1/nodes                              | application/json | {}                      | 405 | MethodNotAllowed
            GET   | /api/v1/gizmos                               | application/json | ~~                      | 404 | NotFound
            GET   | /apis/nowhere/v1/things/x                    | application/json | ~~                      | 404 | NotFound
            GET   | /api/v1/pods/x                               | application/json | ~~                      | 404 | NotFound
            GET   | /api/v1/namespaces/default/nodes             | application/json | ~~                      | 404 | NotFound
            GET   | /nonsense                                    | application/json | ~~                      | 404 | NotFound
            GET   | /api/v1/nodes?labelSelector=a%3D%3D%3Db      | application/json | ~~                      | 400 | BadRequest
            GET   | /api/v1/nodes?watch=1&resourceVersion=x      | application/json | ~~                      | 400 | BadRequest
            DELETE| /api/v1/namespaces/default?gracePeriodSeconds=x | application/json | ~~                   | 400 | BadRequest
            GET   | /api/v1/namespaces/default/pods/x/exec       | application/json | ~~                      | 501 | NotImplemented
            """)
    void aRefusalIsAStatus(String method, String path, String type, String body, int code, String reason) throws Exception {
        HttpResponse<String> response = send(method, path, type, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
        assertThat(json(response).path("kind").asText()).isEqualTo("Status");
        assertThat(json(response).path("reason").asText()).isEqualTo(reason);
        assertThat(json(response).path("message").asText()).isNotEmpty();
    }

    @Test
    void aPortInUseIsSaidInOneSentence() {
        int port = server.url().getPort();
        assertThatThrownBy(() -> ApiServer.start(port, List.of()))
                .isInstanceOf(ApiServerException.class)
                .hasMessage("API server: port " + port + " of 127.0.0.1 is in use; choose another, or 0 for any");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            gadgets.contract.varve.dev  | .a.b         | must be spec.names.plural+"."+spec.group
            gizmos.contract.varve.dev   | .a[          | unrecognized JSONPath .a[
            """)
    void aDefinitionThatCannotBeServedStopsTheStart(String name, String path, String cause) {
        assertThatThrownBy(() -> ApiServer.start(0, List.of(JSON.readTree("""
                {"metadata":{"name":"%s"},"spec":{"group":"contract.varve.dev","scope":"Cluster",
                 "names":{"kind":"Gizmo","plural":"gizmos"},
                 "versions":[{"name":"v1","served":true,"storage":true,"additionalPrinterColumns":[{"name":"A","jsonPath":"%s"}]}]}}
                """.formatted(name, path)))))
                .isInstanceOf(ApiServerException.class)
                .hasMessageStartingWith("API server: cannot create what the cluster starts with: CustomResourceDefinition")
                .hasMessageContaining(cause);
    }

    @Test
    void requestsAreMetered() throws Exception {
        var served = new CopyOnWriteArrayList<ApiServer.Served>();
        server.onRequest(served::add);
        http.send(request("/api/v1/nodes/none?pretty=1").header("User-Agent", "meter").build(), BodyHandlers.ofString());
        assertThat(served).containsExactly(new ApiServer.Served("GET", "/api/v1/nodes/none?pretty=1", "meter", 404));
    }

    @Test
    void bothKindsOfEventsAreTheSame() throws Exception {
        send("POST", "/apis/events.k8s.io/v1/namespaces/default/events", "application/json", """
                {"metadata":{"name":"e"},"regarding":{"kind":"Node","name":"w"},"note":"hello","reason":"Drain","type":"Normal"}""");
        JsonNode core = get("/api/v1/events?fieldSelector=involvedObject.name%3Dw").path("items").path(0);
        assertThat(core.path("message").asText()).isEqualTo("hello");
        assertThat(core.path("apiVersion").asText()).isEqualTo("v1");
        JsonNode other = get("/apis/events.k8s.io/v1/events?fieldSelector=regarding.name%3Dw").path("items").path(0);
        assertThat(other.path("note").asText()).isEqualTo("hello");
        assertThat(other.has("message")).isFalse();
    }

    // ---- the wire

    private JsonNode node(String name) throws Exception {
        return json(send("POST", NODES, "application/json", "{\"metadata\":{\"name\":\"" + name + "\"}}"));
    }

    private void configMap(String name) throws Exception {
        send("POST", "/api/v1/namespaces/default/configmaps", "application/json", "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.url().resolve(path));
    }

    private HttpResponse<String> send(String method, String path, String type, String body) throws Exception {
        return http.send(
                request(path).method(method, BodyPublishers.ofString(body)).header("Content-Type", type).build(), BodyHandlers.ofString());
    }

    private JsonNode get(String path) throws Exception {
        return json(http.send(request(path).build(), BodyHandlers.ofString()));
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    private List<JsonNode> watch(String path, int count) throws Exception {
        HttpResponse<InputStream> response = http.send(request(path).build(), BodyHandlers.ofInputStream());
        var events = new ArrayList<JsonNode>();
        read(response.body(), events, count);
        response.body().close();
        return events;
    }

    private static void read(InputStream body, List<JsonNode> events, int count) {
        var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        try {
            String line = lines.readLine();
            while (line != null) {
                if (!line.isBlank()) {
                    events.add(JSON.readTree(line));
                }
                line = events.size() < count ? lines.readLine() : null;
            }
        } catch (IOException _) {
            // The test has heard enough and closed the stream.
        }
    }
}
