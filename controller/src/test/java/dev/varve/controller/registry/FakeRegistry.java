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
public final class FakeRegistry implements AutoCloseable {
    public enum SignIn { None, Basic, Bearer }

    public final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    public final Map<String, Integer> answers = new ConcurrentHashMap<>();
    public final Map<String, String> redirects = new ConcurrentHashMap<>();
    public final List<String> seen = new CopyOnWriteArrayList<>();
    public final List<String> asked = new CopyOnWriteArrayList<>();
    private static final int PAGE = 2;
    private final HttpServer server;
    /** Otherwise it refuses: 405, as where {@code storage.delete} is not enabled. */
    public volatile boolean deletable = true;
    public volatile SignIn signIn = SignIn.None;
    /** Requests that one token is good for. */
    public volatile int tokenLasts = Integer.MAX_VALUE;
    private int tokens;
    private int uses;
    public volatile String scope = ",scope=\"repository:ns/os:pull\"";
    public volatile String basic = "Basic dXNlcjpwYXNz";

    public FakeRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    public URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public String put(String repository, String kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String digest = "sha256:" + Names.sha256(bytes);
        contents.put("/v2/" + repository + "/" + kind + "/" + digest, bytes);
        return digest;
    }

    public void tag(String repository, String tag, String digest) {
        contents.put("/v2/" + repository + "/manifests/" + tag, contents.get("/v2/" + repository + "/manifests/" + digest));
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        seen.add(path + " " + authorization);
        asked.add(exchange.getRequestMethod() + " " + path);
        if (path.equals("/token")) {
            seen.add("query " + exchange.getRequestURI().getQuery());
            uses = 0;
            answer(exchange, authorization.equals(basic) ? 200 : 401, ("{\"token\":\"t0k" + ++tokens + "\"}").getBytes(StandardCharsets.UTF_8));
        } else if (!allowed(authorization) && !path.startsWith("/cdn")) {
            exchange.getResponseHeaders().add("WWW-Authenticate", signIn == SignIn.Basic
                    ? "Basic realm=\"registry\""
                    : "Bearer realm=\"" + base() + "/token\",service=\"reg\"" + scope);
            answer(exchange, 401, new byte[0]);
        } else if (redirects.containsKey(path)) {
            exchange.getResponseHeaders().add("Location", redirects.get(path));
            answer(exchange, 307, new byte[0]);
        } else if (answers.containsKey(path)) {
            answer(exchange, answers.get(path), new byte[0]);
        } else if (path.endsWith("/tags/list")) {
            tags(exchange, path.replace("tags/list", "manifests/"));
        } else if (exchange.getRequestMethod().equals("DELETE")) {
            answer(exchange, delete(path) ? 202 : deletable ? 404 : 405, new byte[0]);
        } else {
            byte[] body = contents.get(path);
            answer(exchange, body == null ? 404 : 200, body == null ? new byte[0] : body);
        }
    }

    /** Two to a page, as if they were many. */
    private void tags(HttpExchange exchange, String manifests) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        String last = query.contains("last=") ? query.substring(query.indexOf("last=") + 5) : "";
        List<String> all = contents.keySet().stream()
                .filter(path -> path.startsWith(manifests) && !path.contains("sha256:"))
                .map(path -> path.substring(manifests.length()))
                .filter(tag -> tag.compareTo(last) > 0)
                .sorted()
                .toList();
        List<String> page = all.subList(0, Math.min(PAGE, all.size()));
        if (all.size() > PAGE) {
            String path = exchange.getRequestURI().getPath();
            exchange.getResponseHeaders().add("Link", "<" + path + "?n=" + PAGE + "&last=" + page.getLast() + ">; rel=\"next\"");
        }
        String tags = all.isEmpty() ? "null" : "[\"" + String.join("\",\"", page) + "\"]";
        answer(exchange, 200, ("{\"tags\":" + tags + "}").getBytes(StandardCharsets.UTF_8));
    }

    /** By digest only, as Debian's registry; its tags go with it. */
    private boolean delete(String path) {
        byte[] manifest = deletable && path.contains("sha256:") ? contents.get(path) : null;
        return manifest != null && contents.values().removeIf(body -> body == manifest);
    }

    private boolean allowed(String authorization) {
        return switch (signIn) {
            case None -> true;
            case Basic -> authorization.equals(basic);
            case Bearer -> authorization.equals("Bearer t0k" + tokens) && uses++ < tokenLasts;
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
