package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** A change asked for by PATCH. */
interface Patch {
    String JSON = "application/json-patch+json";
    String MERGE = "application/merge-patch+json";
    String STRATEGIC = "application/strategic-merge-patch+json";
    String APPLY = "application/apply-patch+yaml";

    /** A new tree; the one given stays as it is. */
    JsonNode apply(ObjectNode object);

    /**
     * Custom kinds have no strategic merge, as in the real server. Server-side apply is simplified: the fields given are
     * merged, nobody owns them, and a field no longer given stays.
     */
    static Patch of(String contentType, JsonNode body, Kind kind) {
        var accepted = new ArrayList<>(List.of(JSON, MERGE, APPLY));
        if (!kind.custom()) {
            accepted.add(STRATEGIC);
        }
        if (!accepted.contains(contentType)) {
            throw StatusException.unsupportedMediaType(accepted);
        }
        if (contentType.equals(JSON)) {
            return new JsonPatch(body);
        }
        return contentType.equals(MERGE) ? object -> merge(object, body) : object -> StrategicMerge.merge(object, body);
    }

    /** RFC 7396: a null removes. */
    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = Trees.copy(target);
        patch.properties().forEach(entry -> {
            if (entry.getValue().isNull()) {
                merged.remove(entry.getKey());
            } else {
                merged.set(entry.getKey(), merge(target.path(entry.getKey()), entry.getValue()));
            }
        });
        return merged;
    }
}
