package dev.varve.controller.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.varve.contract.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry on loopback: serves what was put there, and asks for a password in one of the two ways there are. */
final class FakeRegistry implements AutoCloseable {
    enum SignIn { None, Basic, Bearer }

    final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    final Map<String, Integer> answers = new ConcurrentHashMap<>();
    final Map<String, String> redirects = new ConcurrentHashMap<>();
    final List<String> seen = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    volatile SignIn signIn = SignIn.None;
    volatile String basic = "Basic dXNlcjpwYXNz";

    FakeRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    String put(String repository, String kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String digest = "sha256:" + Names.sha256(bytes);
        contents.put("/v2/" + repository + "/" + kind + "/" + digest, bytes);
        return digest;
    }

    void tag(String repository, String tag, String digest) {
        contents.put("/v2/" + repository + "/manifests/" + tag, contents.get("/v2/" + repository + "/manifests/" + digest));
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        seen.add(path + " " + authorization);
        if (path.equals("/token")) {
            seen.add("query " + exchange.getRequestURI().getQuery());
            answer(exchange, authorization.equals(basic) ? 200 : 401, "{\"token\":\"t0k\"}".getBytes(StandardCharsets.UTF_8));
        } else if (!allowed(authorization) && !path.startsWith("/cdn")) {
            exchange.getResponseHeaders().add("WWW-Authenticate", signIn == SignIn.Basic
                    ? "Basic realm=\"registry\""
                    : "Bearer realm=\"" + base() + "/token\",service=\"reg\",scope=\"repository:ns/os:pull\"");
            answer(exchange, 401, new byte[0]);
        } else if (redirects.containsKey(path)) {
            exchange.getResponseHeaders().add("Location", redirects.get(path));
            answer(exchange, 307, new byte[0]);
        } else if (answers.containsKey(path)) {
            answer(exchange, answers.get(path), new byte[0]);
        } else {
            byte[] body = contents.get(path);
            answer(exchange, body == null ? 404 : 200, body == null ? new byte[0] : body);
        }
    }

    private boolean allowed(String authorization) {
        return switch (signIn) {
            case None -> true;
            case Basic -> authorization.equals(basic);
            case Bearer -> authorization.equals("Bearer t0k");
        };
    }

    private static void answer(HttpExchange exchange, int code, byte[] body) throws IOException {
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
