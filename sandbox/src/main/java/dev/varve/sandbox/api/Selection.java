package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Which objects of a kind a list or watch is about.
 *
 * @param namespace empty for all
 */
record Selection(String namespace, LabelSelector labels, FieldSelector fields) {

    static Selection namespace(String namespace) {
        return new Selection(namespace, LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);
    }

    boolean matches(JsonNode object) {
        return (namespace.isEmpty() || object.path("metadata").path("namespace").asText().equals(namespace))
                && labels.matches(object)
                && fields.matches(object);
    }
}
