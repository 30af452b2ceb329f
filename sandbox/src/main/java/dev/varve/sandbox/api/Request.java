package dev.varve.sandbox.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A request as the verbs need it.
 *
 * @param path decoded segments
 * @param query last value of each parameter
 * @param contentType without parameters, lower case
 */
record Request(String method, List<String> path, Map<String, String> query, String accept, String contentType, byte[] body) {
    static final ObjectMapper JSON = new JsonMapper();
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final List<String> BODIES = List.of("application/json", "application/yaml", Protobuf.CONTENT_TYPE);

    static Request of(HttpExchange exchange) throws IOException {
        var query = new HashMap<String, String>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            query.put(decode(equals < 0 ? pair : pair.substring(0, equals)), equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
        var path = Stream.of(exchange.getRequestURI().getRawPath().split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> decode(segment.replace("+", "%2B")))
                .toList();
        return new Request(
                exchange.getRequestMethod(), path, query, header(exchange, "Accept"),
                header(exchange, "Content-Type").split(";")[0].strip().toLowerCase(Locale.ROOT),
                exchange.getRequestBody().readAllBytes());
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    String query(String name) {
        return query.getOrDefault(name, "");
    }

    boolean asks(String name) {
        return query(name).equals("true") || query(name).equals("1");
    }

    boolean dryRun() {
        return query("dryRun").equals("All");
    }

    boolean wantsTable() {
        return accept.contains("as=Table");
    }

    /** A whole object. Nulls in it mean nothing and are dropped. */
    ObjectNode object() {
        if (!contentType.isEmpty() && !BODIES.contains(contentType)) {
            throw StatusException.unsupportedMediaType(BODIES);
        }
        if (!(tree() instanceof ObjectNode object)) {
            throw StatusException.badRequest("the request body is not an object");
        }
        return Trees.withoutNulls(object);
    }

    /** Any JSON or YAML; missing where the body is empty. */
    JsonNode tree() {
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        if (contentType.equals(Protobuf.CONTENT_TYPE)) {
            return Protobuf.read(body);
        }
        try {
            return (contentType.endsWith("yaml") ? YAML : JSON).readTree(body);
        } catch (JsonProcessingException e) {
            throw StatusException.badRequest("error decoding the request body: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw StatusException.badRequest("error reading the request body: " + e.getMessage());
        }
    }
}
