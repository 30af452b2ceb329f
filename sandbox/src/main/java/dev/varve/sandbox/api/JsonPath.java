package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The part of JSONPath that columns use: {@code .a.b\.c}, {@code ['a.b']}, {@code [0]}, {@code [*]} and
 * {@code [?(@.type=="Ready")]}.
 */
final class JsonPath {
    private static final Pattern STEP = Pattern.compile(
            "\\.?\\[\\?\\(@\\.(?<field>[\\w.]+)\\s*==\\s*[\"'](?<equal>[^\"']*)[\"']\\)\\]"
                    + "|\\.?\\['(?<quoted>[^']+)'\\]|\\[(?<index>\\d+|\\*)\\]|\\.(?<key>(?:\\\\.|[^.\\[\\\\])+)");

    private final List<Step> steps = new ArrayList<>();

    private interface Step {
        Stream<JsonNode> from(JsonNode node);
    }

    /** @throws IllegalArgumentException naming the path, where it is none of the above */
    JsonPath(String path) {
        Matcher matcher = STEP.matcher(path);
        int end = 0;
        while (matcher.lookingAt()) {
            steps.add(step(matcher));
            end = matcher.end();
            matcher.region(end, path.length());
        }
        if (end < path.length()) {
            throw new IllegalArgumentException("unrecognized JSONPath " + path);
        }
    }

    private static Step step(Matcher matcher) {
        if (matcher.group("field") instanceof String field) {
            String wanted = matcher.group("equal");
            List<String> keys = List.of(field.split("\\."));
            return node -> elements(node).filter(element -> FieldSelector.value(element, keys).equals(wanted));
        }
        if (matcher.group("index") instanceof String index) {
            return index.equals("*") ? JsonPath::elements : node -> Stream.of(node.path(Integer.parseInt(index)));
        }
        String key = matcher.group("quoted") instanceof String quoted ? quoted : matcher.group("key").replace("\\", "");
        return node -> Stream.of(node.path(key));
    }

    private static Stream<JsonNode> elements(JsonNode node) {
        return node.isContainerNode() ? node.valueStream() : Stream.empty();
    }

    /** The first value found, missing where there is none. */
    JsonNode first(JsonNode root) {
        Stream<JsonNode> nodes = Stream.of(root);
        for (Step step : steps) {
            nodes = nodes.flatMap(step::from);
        }
        return nodes.filter(node -> !node.isMissingNode()).findFirst().orElse(MissingNode.getInstance());
    }
}
