package dev.varve.controller.kube.leader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executors;

/** An API server that knows one Lease: get, create, replace and merge patch with a precondition. It can be made to stop answering. */
final class LeaseServer implements AutoCloseable {
    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpServer server;
    private ObjectNode lease;
    private long version;
    private volatile boolean broken;

    LeaseServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void broken(boolean value) {
        broken = value;
    }

    synchronized Optional<String> holder() {
        return Optional.ofNullable(lease).map(l -> l.path("spec").path("holderIdentity").asText("")).filter(h -> !h.isEmpty());
    }

    /** The lease is there, and nobody holds it. */
    synchronized boolean released() {
        return lease != null && !lease.path("spec").has("holderIdentity");
    }

    /** As another process takes it. */
    synchronized void seize(String identity) {
        ((ObjectNode) lease.path("spec")).put("holderIdentity", identity);
        version++;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (broken) {
                answer(exchange, 500, status(500, "broken"));
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            synchronized (this) {
                switch (exchange.getRequestMethod()) {
                    case "GET" -> answer(exchange, lease == null ? 404 : 200, lease == null ? status(404, "no lease") : current());
                    case "POST" -> create(exchange, mapper.readTree(body));
                    case "PUT" -> replace(exchange, mapper.readTree(body));
                    case "PATCH" -> patch(exchange, mapper.readTree(body));
                    default -> answer(exchange, 405, status(405, exchange.getRequestMethod()));
                }
            }
        }
    }

    private void create(HttpExchange exchange, JsonNode body) throws IOException {
        if (lease != null) {
            answer(exchange, 409, status(409, "exists"));
            return;
        }
        lease = (ObjectNode) body;
        version++;
        answer(exchange, 201, current());
    }

    /** A merge patch as the client sends it: what is absent stays. */
    private void patch(HttpExchange exchange, JsonNode body) throws IOException {
        ObjectNode merged = lease.deepCopy();
        ((ObjectNode) merged.path("spec")).setAll((ObjectNode) body.path("spec"));
        ((ObjectNode) merged.path("metadata")).setAll((ObjectNode) body.path("metadata"));
        replace(exchange, merged);
    }

    private void replace(HttpExchange exchange, JsonNode body) throws IOException {
        String wanted = body.path("metadata").path("resourceVersion").asText("");
        if (!wanted.isEmpty() && !wanted.equals(String.valueOf(version))) {
            answer(exchange, 409, status(409, "modified"));
            return;
        }
        lease = (ObjectNode) body;
        version++;
        answer(exchange, 200, current());
    }

    private ObjectNode current() {
        ((ObjectNode) lease.path("metadata")).put("resourceVersion", String.valueOf(version));
        return lease;
    }

    private ObjectNode status(int code, String message) {
        return mapper.createObjectNode()
                .put("kind", "Status").put("apiVersion", "v1").put("status", "Failure").put("code", code).put("message", message);
    }

    private void answer(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = mapper.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
