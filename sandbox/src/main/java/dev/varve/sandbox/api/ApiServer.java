package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sandbox's API server, on 127.0.0.1 only, without authentication. The namespaces that every cluster has are there.
 *
 * <p>Start the JVM with {@code -Dsun.net.httpserver.nodelay=true}: otherwise each watch event waits some 40 ms for the
 * client's acknowledgement of the one before.
 */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final WatchStream.Pace PACE = new WatchStream.Pace(20_000, Duration.ofSeconds(10), Duration.ofSeconds(50));
    /** Five thousand agents may connect at once. */
    private static final int BACKLOG = 1024;
    private static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Store store;
    private final WatchStream.Pace pace;
    private final Verbs verbs;
    private volatile LogSource logs = (namespace, pod, container) -> "";
    private final List<Consumer<Served>> listeners = new CopyOnWriteArrayList<>();

    /**
     * A request that was answered.
     *
     * @param path with its query
     * @param userAgent empty where the client sent none
     */
    public record Served(String method, String path, String userAgent, int code) {}

    private ApiServer(HttpServer http, WatchStream.Pace pace) {
        this.http = http;
        this.pace = pace;
        this.store = new Store(pace.history());
        this.verbs = new Verbs(store, new Kinds(), Clock.systemUTC(), new SecureRandom(), this::log);
    }

    /**
     * Starts a server with empty shelves.
     *
     * @param port 0 for any that is free
     * @param crds CustomResourceDefinitions to create first
     * @throws ApiServerException where the port cannot be had or a definition is refused
     */
    public static ApiServer start(int port, List<JsonNode> crds) {
        return start(port, crds, PACE);
    }

    static ApiServer start(int port, List<JsonNode> crds, WatchStream.Pace pace) {
        var server = new ApiServer(bind(port), pace);
        try {
            NAMESPACES.forEach(name -> server.create("/api/v1/namespaces", named(name)));
            crds.forEach(crd -> server.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd));
        } catch (StatusException e) {
            server.close();
            throw new ApiServerException("API server: cannot create what the cluster starts with: " + e.getMessage(), e);
        }
        server.http.createContext("/", server::serve);
        server.http.setExecutor(server.threads);
        server.http.start();
        return server;
    }

    private static HttpServer bind(int port) {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (BindException e) {
            throw new ApiServerException("API server: port " + port + " of 127.0.0.1 is in use; choose another, or 0 for any", e);
        } catch (IOException e) {
            throw new ApiServerException("API server: cannot listen on port " + port + " of 127.0.0.1: " + e.getMessage(), e);
        }
    }

    private static ObjectNode named(String name) {
        ObjectNode object = Trees.object();
        object.putObject("metadata").put("name", name);
        return object;
    }

    private void create(String path, JsonNode object) {
        byte[] body = object.toString().getBytes(StandardCharsets.UTF_8);
        verbs.carryOut(new Request(
                "POST", List.of(path.substring(1).split("/")), Map.of(), "", "application/json", body));
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    /** Tells of each request when its answer begins; the listener is called on the request's thread and must be quick. */
    public void onRequest(Consumer<Served> listener) {
        listeners.add(listener);
    }

    /** Asked for {@code kubectl logs} from now on. */
    public void logsFrom(LogSource source) {
        logs = source;
    }

    private String log(String namespace, String pod, String container) {
        return logs.log(namespace, pod, container);
    }

    /** Watches that are open now. */
    int watches() {
        return store.watches();
    }

    /** Ends all watches and connections at once. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply answer(HttpExchange exchange) throws IOException {
        Request request = Request.of(exchange);
        try {
            return verbs.carryOut(request);
        } catch (StatusException refusal) {
            if (refusal.retryAfterSeconds() > 0) {
                exchange.getResponseHeaders().set("Retry-After", Integer.toString(refusal.retryAfterSeconds()));
            }
            return refused(refusal);
        } catch (IllegalArgumentException e) {
            return refused(new StatusException(400, "BadRequest", String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("API server: {} {}: {}", exchange.getRequestMethod(), exchange.getRequestURI(), e.toString(), e);
            return refused(new StatusException(500, "InternalError", "Internal error occurred: " + e));
        }
    }

    private static Reply refused(StatusException refusal) {
        return new Reply.Tree(refusal.code(), refusal.status());
    }

    private void send(HttpExchange exchange, Reply reply) throws IOException, InterruptedException {
        switch (reply) {
            case Reply.Tree(int code, JsonNode body) ->
                send(exchange, code, "application/json", Request.JSON.writeValueAsBytes(body));
            case Reply.Text(String body) -> send(exchange, 200, "text/plain", body.getBytes(StandardCharsets.UTF_8));
            case Reply.Stream stream -> stream(exchange, stream);
        }
    }

    private void send(HttpExchange exchange, int code, String type, byte[] body) throws IOException {
        begin(exchange, code, type, body.length);
        exchange.getResponseBody().write(body);
    }

    private void stream(HttpExchange exchange, Reply.Stream stream) throws IOException, InterruptedException {
        try {
            begin(exchange, 200, "application/json", 0);
            new WatchStream(store, stream, pace, new BufferedOutputStream(exchange.getResponseBody())).run();
        } finally {
            store.stop(stream.kind(), stream.watch());
        }
    }

    private void begin(HttpExchange exchange, int code, String type, long length) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        String agent = exchange.getRequestHeaders().getFirst("User-Agent");
        var served = new Served(
                exchange.getRequestMethod(), exchange.getRequestURI().toString(), agent == null ? "" : agent, code);
        listeners.forEach(listener -> listener.accept(served));
        exchange.sendResponseHeaders(code, length);
    }
}
