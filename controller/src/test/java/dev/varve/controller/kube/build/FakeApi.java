package dev.varve.controller.kube.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.varve.controller.kube.ClusterView;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * As much of an API server as the loops use: create, get, merge patch with a resourceVersion precondition, status
 * subresource, delete with preconditions. No schema, no garbage collection, no watches. The view shows the store, or a
 * snapshot of it to play an informer that is behind.
 */
public final class FakeApi implements ClusterView, AutoCloseable {
    private static final String NODES = "/api/v1/nodes/";
    private static final String M = "/apis/machineconfiguration.openshift.io/";

    private final ObjectMapper json = new ObjectMapper();
    private final ReentrantLock lock = new ReentrantLock();
    private final SortedMap<String, ObjectNode> objects = new TreeMap<>();
    private final HttpServer server;
    private long version;
    private Optional<SortedMap<String, ObjectNode>> snapshot = Optional.empty();
    public final List<String> writes = new CopyOnWriteArrayList<>();
    public final Map<String, String> logs = new ConcurrentHashMap<>();
    public final KubernetesClient client;

    public FakeApi() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/", this::handle);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder().withAutoConfigure(false)
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    public static String config(String name) {
        return M + "v1alpha1/machineosconfigs/" + name;
    }

    public static String build(String name) {
        return M + "v1alpha1/machineosbuilds/" + name;
    }

    public static String pool(String name) {
        return M + "v1/machineconfigpools/" + name;
    }

    public static String machineConfig(String name) {
        return M + "v1/machineconfigs/" + name;
    }

    public static String policy(String name) {
        return "/apis/varve.dev/v1alpha1/rolloutpolicies/" + name;
    }

    public static String node(String name) {
        return NODES + name;
    }

    public static String own(String kind, String name) {
        return "/api/v1/namespaces/ns/" + kind + "/" + name;
    }

    /** Puts an object there as it is. */
    public void put(String path, Object object) {
        lock.lock();
        try {
            stored(path, json.valueToTree(object));
        } finally {
            lock.unlock();
        }
    }

    public JsonNode at(String path) {
        lock.lock();
        try {
            ObjectNode object = objects.get(path);
            return object == null ? json.missingNode() : object.deepCopy();
        } finally {
            lock.unlock();
        }
    }

    public void merge(String path, String patch) {
        lock.lock();
        try {
            merge(objects.get(path), json.readTree(patch));
            touch(objects.get(path));
        } catch (IOException wrong) {
            throw new UncheckedIOException(wrong);
        } finally {
            lock.unlock();
        }
    }

    public void remove(String path) {
        lock.lock();
        try {
            objects.remove(path);
        } finally {
            lock.unlock();
        }
    }

    public List<String> paths(String part) {
        lock.lock();
        try {
            return objects.keySet().stream().filter(path -> path.contains(part)).toList();
        } finally {
            lock.unlock();
        }
    }

    /** From now on the view is behind. */
    public void freezeView() {
        var copy = new TreeMap<String, ObjectNode>();
        objects.forEach((path, object) -> copy.put(path, object.deepCopy()));
        snapshot = Optional.of(copy);
    }

    public void thawView() {
        snapshot = Optional.empty();
    }

    private void handle(HttpExchange exchange) throws IOException {
        lock.lock();
        try {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            JsonNode sent = body.length == 0 ? json.createObjectNode() : json.readTree(body);
            String method = exchange.getRequestMethod();
            if (!method.equals("GET")) {
                writes.add(method + " " + path);
            }
            switch (method) {
                case "GET" -> get(exchange, path);
                case "POST" -> create(exchange, path, (ObjectNode) sent);
                case "PATCH" -> patch(exchange, path, sent);
                default -> delete(exchange, path, sent);
            }
        } finally {
            lock.unlock();
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        String log = logs.get(path + "?" + exchange.getRequestURI().getQuery());
        if (log == null) {
            answer(exchange, objects.containsKey(path) ? 200 : 404, objects.get(path));
            return;
        }
        byte[] bytes = log.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void create(HttpExchange exchange, String collection, ObjectNode sent) throws IOException {
        String path = collection + "/" + sent.at("/metadata/name").asText();
        if (objects.containsKey(path)) {
            answer(exchange, 409, null);
            return;
        }
        sent.remove("status");
        answer(exchange, 201, stored(path, sent));
    }

    private ObjectNode stored(String path, ObjectNode object) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        metadata.put("name", path.substring(path.lastIndexOf('/') + 1));
        metadata.put("uid", "uid-" + ++version);
        metadata.put("generation", 1);
        if (!metadata.has("creationTimestamp")) {
            metadata.put("creationTimestamp", "2026-11-23T10:00:00Z");
        }
        objects.put(path, object);
        return touch(object);
    }

    private ObjectNode touch(ObjectNode object) {
        object.withObjectProperty("metadata").put("resourceVersion", String.valueOf(++version));
        return object;
    }

    private void patch(HttpExchange exchange, String path, JsonNode sent) throws IOException {
        boolean status = path.endsWith("/status");
        ObjectNode object = objects.get(status ? path.substring(0, path.lastIndexOf('/')) : path);
        String precondition = sent.at("/metadata/resourceVersion").asText("");
        if (object == null) {
            answer(exchange, 404, null);
        } else if (!precondition.isEmpty() && !precondition.equals(object.at("/metadata/resourceVersion").asText())) {
            answer(exchange, 409, null);
        } else {
            ObjectNode part = sent.deepCopy();
            part.remove(status ? List.of("metadata", "spec") : List.of("status"));
            JsonNode before = object.path("spec").deepCopy();
            merge(object, part);
            if (!before.equals(object.path("spec"))) {
                object.withObjectProperty("metadata").put("generation", object.at("/metadata/generation").asInt() + 1);
            }
            answer(exchange, 200, touch(object));
        }
    }

    private static void merge(ObjectNode into, JsonNode patch) {
        for (Map.Entry<String, JsonNode> entry : patch.properties()) {
            if (entry.getValue().isNull()) {
                into.remove(entry.getKey());
            } else if (entry.getValue().isObject()) {
                JsonNode there = into.get(entry.getKey());
                merge(there instanceof ObjectNode object ? object : into.putObject(entry.getKey()), entry.getValue());
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private void delete(HttpExchange exchange, String path, JsonNode sent) throws IOException {
        ObjectNode object = objects.get(path);
        String precondition = sent.at("/preconditions/resourceVersion").asText("");
        if (object == null) {
            answer(exchange, 404, null);
        } else if (!precondition.isEmpty() && !precondition.equals(object.at("/metadata/resourceVersion").asText())) {
            answer(exchange, 409, null);
        } else {
            objects.remove(path);
            answer(exchange, 200, object);
        }
    }

    private void answer(HttpExchange exchange, int code, JsonNode object) throws IOException {
        JsonNode body = object == null
                ? json.createObjectNode().put("kind", "Status").put("apiVersion", "v1").put("status", "Failure").put("code", code)
                : object;
        byte[] bytes = json.writeValueAsBytes(body);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private <T> List<T> list(String part, Class<T> type) {
        lock.lock();
        try {
            return snapshot.orElse(objects).entrySet().stream()
                    .filter(entry -> entry.getKey().contains(part))
                    .map(entry -> client.getKubernetesSerialization().unmarshal(entry.getValue().toString(), type))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<GenericKubernetesResource> machineConfigs() {
        return list("/machineconfigs/", GenericKubernetesResource.class);
    }

    @Override
    public List<GenericKubernetesResource> machineConfigPools() {
        return list("/machineconfigpools/", GenericKubernetesResource.class);
    }

    @Override
    public List<GenericKubernetesResource> machineOSConfigs() {
        return list("/machineosconfigs/", GenericKubernetesResource.class);
    }

    @Override
    public List<GenericKubernetesResource> machineOSBuilds() {
        return list("/machineosbuilds/", GenericKubernetesResource.class);
    }

    @Override
    public Optional<GenericKubernetesResource> rolloutPolicy(String pool) {
        return list(policy(pool), GenericKubernetesResource.class).stream().findFirst();
    }

    @Override
    public List<Node> nodes() {
        return list(NODES, Node.class);
    }

    @Override
    public List<Pod> ownPods() {
        return list("/pods/", Pod.class);
    }

    @Override
    public List<DaemonSet> ownDaemonSets() {
        return List.of();
    }

    @Override
    public List<PodDisruptionBudget> disruptionBudgets() {
        return List.of();
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
    }
}
