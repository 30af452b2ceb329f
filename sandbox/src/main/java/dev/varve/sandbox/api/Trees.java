package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON trees as values: a stored tree is never changed. A write copies the nodes on its way and shares the rest, so that
 * the history of five thousand nodes stays affordable.
 */
final class Trees {
    private Trees() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A copy of this level; what is below is shared. Anything that is no object gives an empty one. */
    static ObjectNode copy(JsonNode node) {
        ObjectNode copy = object();
        node.properties().forEach(entry -> copy.set(entry.getKey(), entry.getValue()));
        return copy;
    }

    /** A copy whose metadata may be changed, too. */
    static ObjectNode copyWithMetadata(JsonNode object) {
        ObjectNode copy = copy(object);
        copy.set("metadata", copy(object.path("metadata")));
        return copy;
    }

    /** Sets what the source has there, or removes the key. */
    static void carry(String key, JsonNode source, ObjectNode target) {
        if (source.has(key)) {
            target.set(key, source.get(key));
        } else {
            target.remove(key);
        }
    }

    /** A null says the same as an absent key to everything that reads Kubernetes objects. */
    static <T extends JsonNode> T withoutNulls(T tree) {
        if (tree instanceof ObjectNode object) {
            object.properties().removeIf(entry -> entry.getValue().isNull());
        }
        tree.forEach(Trees::withoutNulls);
        return tree;
    }

    static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    /** The element of a list whose field has the text, missing where there is none. */
    static JsonNode element(JsonNode list, String field, String text) {
        for (JsonNode element : list) {
            if (element.path(field).asText().equals(text)) {
                return element;
            }
        }
        return MissingNode.getInstance();
    }
}
