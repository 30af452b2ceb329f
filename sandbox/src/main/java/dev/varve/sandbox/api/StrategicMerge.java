package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * Kubernetes' own merge: maps as in a JSON merge patch, lists of the built-in kinds element by element where their type says
 * so ({@code patchMergeKey} in k8s.io/api). All other lists are replaced, taints and tolerations among them.
 */
final class StrategicMerge {
    private static final Map<String, String> MERGE_KEYS = Map.ofEntries(
            Map.entry("containers", "name"), Map.entry("initContainers", "name"), Map.entry("ephemeralContainers", "name"),
            Map.entry("env", "name"), Map.entry("volumes", "name"), Map.entry("volumeMounts", "mountPath"),
            Map.entry("volumeDevices", "devicePath"), Map.entry("imagePullSecrets", "name"), Map.entry("hostAliases", "ip"),
            Map.entry("conditions", "type"), Map.entry("addresses", "type"), Map.entry("ownerReferences", "uid"),
            Map.entry("topologySpreadConstraints", "topologyKey"), Map.entry("podIPs", "ip"));
    private static final Set<String> SETS = Set.of("finalizers");
    private static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String DELETE_FROM_SET = "$deleteFromPrimitiveList/";

    private StrategicMerge() {}

    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = patch.path(PATCH).asText().equals("replace") ? Trees.object() : Trees.copy(target);
        if (patch.has(RETAIN_KEYS)) {
            merged.retain(Trees.texts(patch.path(RETAIN_KEYS)));
        }
        patch.properties().forEach(entry -> entry(merged, entry.getKey(), entry.getValue()));
        return merged;
    }

    private static void entry(ObjectNode merged, String key, JsonNode value) {
        if (key.startsWith(DELETE_FROM_SET)) {
            String list = key.substring(DELETE_FROM_SET.length());
            merged.set(list, without(merged.path(list), value));
        } else if (key.startsWith("$")) {
            return; // Directives, and the order of elements, which nothing here depends on.
        } else if (value.isNull() || value.path(PATCH).asText().equals("delete")) {
            merged.remove(key);
        } else if (value instanceof ArrayNode list) {
            merged.set(key, list(key, merged.path(key), list));
        } else {
            merged.set(key, merge(merged.path(key), value));
        }
    }

    private static JsonNode list(String name, JsonNode target, ArrayNode patch) {
        String key = name.equals("ports")
                ? patch.path(0).has("containerPort") ? "containerPort" : "port"
                : MERGE_KEYS.getOrDefault(name, "");
        boolean replace = patch.valueStream().anyMatch(element -> element.path(PATCH).asText().equals("replace"));
        ArrayNode merged = patch.arrayNode();
        if (SETS.contains(name)) {
            return merged.addAll((ArrayNode) without(target, patch)).addAll(patch);
        }
        if (!key.isEmpty() && !replace) {
            target.forEach(merged::add);
        }
        for (JsonNode element : patch) {
            element(merged, key, element);
        }
        return merged;
    }

    private static void element(ArrayNode merged, String key, JsonNode element) {
        String directive = element.path(PATCH).asText();
        int at = key.isEmpty() ? -1 : indexOf(merged, key, element.path(key));
        if (directive.equals("delete")) {
            if (at >= 0) {
                merged.remove(at);
            }
        } else if (at >= 0) {
            merged.set(at, merge(merged.get(at), element));
        } else if (!directive.equals("replace")) {
            merged.add(element.isObject() ? merge(MissingNode.getInstance(), element) : element);
        }
    }

    private static int indexOf(ArrayNode list, String key, JsonNode value) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path(key).equals(value)) {
                return i;
            }
        }
        return -1;
    }

    private static JsonNode without(JsonNode list, JsonNode unwanted) {
        ArrayNode rest = ((ArrayNode) unwanted).arrayNode();
        list.valueStream().filter(element -> unwanted.valueStream().noneMatch(element::equals)).forEach(rest::add);
        return rest;
    }
}
