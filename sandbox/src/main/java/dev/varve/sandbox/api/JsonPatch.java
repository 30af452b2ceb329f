package dev.varve.sandbox.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** RFC 6902. An operation that does not apply refuses the whole patch, with 422 as the real server. */
record JsonPatch(JsonNode operations) implements Patch {

    JsonPatch {
        if (!operations.isArray()) {
            throw StatusException.badRequest("a JSON patch is a list of operations");
        }
    }

    @Override
    public JsonNode apply(ObjectNode object) {
        ObjectNode patched = object.deepCopy();
        for (JsonNode operation : operations) {
            apply(operation, patched);
        }
        return patched;
    }

    private static void apply(JsonNode operation, ObjectNode root) {
        JsonPointer path = pointer(operation, "path");
        switch (operation.path("op").asText()) {
            case "add" -> set(root, path, operation.path("value"), true);
            case "replace" -> {
                existing(root, path, "replace");
                set(root, path, operation.path("value"), false);
            }
            case "remove" -> remove(root, path);
            case "move" -> {
                JsonNode moved = existing(root, pointer(operation, "from"), "move");
                remove(root, pointer(operation, "from"));
                set(root, path, moved, true);
            }
            case "copy" -> set(root, path, existing(root, pointer(operation, "from"), "copy").deepCopy(), true);
            case "test" -> {
                if (!root.at(path).equals(operation.path("value"))) {
                    throw refused("testing value " + path + " failed: test failed");
                }
            }
            default -> throw refused("unexpected kind: " + operation.path("op").asText());
        }
    }

    private static void set(JsonNode root, JsonPointer path, JsonNode value, boolean insert) {
        String key = last(path);
        switch (root.at(path.head())) {
            case ObjectNode parent -> parent.set(key, value);
            case ArrayNode parent when insert && key.equals("-") -> parent.add(value);
            case ArrayNode parent when insert -> parent.insert(index(path, parent.size()), value);
            case ArrayNode parent -> parent.set(index(path, parent.size() - 1), value);
            default -> throw refused("add operation does not apply: doc is missing path: \"" + path + "\": missing value");
        }
    }

    private static void remove(JsonNode root, JsonPointer path) {
        existing(root, path, "remove");
        switch (root.at(path.head())) {
            case ObjectNode parent -> parent.remove(last(path));
            case ArrayNode parent -> parent.remove(index(path, parent.size() - 1));
            default -> throw refused("unable to remove " + path);
        }
    }

    private static JsonNode existing(JsonNode root, JsonPointer path, String operation) {
        JsonNode node = root.at(path);
        if (node.isMissingNode()) {
            throw refused(operation + " operation does not apply: doc is missing path: \"" + path + "\": missing value");
        }
        return node;
    }

    private static String last(JsonPointer path) {
        if (path.matches()) {
            throw refused("the whole document cannot be patched");
        }
        return path.last().getMatchingProperty();
    }

    private static int index(JsonPointer path, int most) {
        int index = path.last().getMatchingIndex();
        if (index < 0 || index > most) {
            throw refused("Unable to access invalid index: " + path);
        }
        return index;
    }

    private static JsonPointer pointer(JsonNode operation, String field) {
        try {
            return JsonPointer.compile(operation.path(field).asText());
        } catch (IllegalArgumentException _) {
            throw refused("invalid path " + operation.path(field));
        }
    }

    private static StatusException refused(String cause) {
        return new StatusException(422, "Invalid", "the server rejected our request due to an error in our request")
                .cause("UnexpectedServerResponse", cause, "");
    }
}
