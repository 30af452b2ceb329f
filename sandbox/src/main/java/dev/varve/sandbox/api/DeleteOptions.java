package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How to delete.
 *
 * @param graceSeconds empty: what the object itself asks for
 * @param uid precondition, empty for none
 * @param resourceVersion precondition, empty for none
 * @param orphan leave the dependents
 */
record DeleteOptions(OptionalLong graceSeconds, String uid, String resourceVersion, boolean orphan, boolean dryRun) {
    static final DeleteOptions DEFAULT = new DeleteOptions(OptionalLong.empty(), "", "", false, false);

    /** From the request's body, and its query for what the body does not say. */
    static DeleteOptions of(JsonNode body, Map<String, String> query) {
        String grace = body.path("gracePeriodSeconds").asText(query.getOrDefault("gracePeriodSeconds", ""));
        JsonNode preconditions = body.path("preconditions");
        return new DeleteOptions(
                grace.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(grace)),
                preconditions.path("uid").asText(""),
                preconditions.path("resourceVersion").asText(""),
                body.path("propagationPolicy").asText(query.getOrDefault("propagationPolicy", "")).equals("Orphan"),
                body.path("dryRun").path(0).asText("").equals("All") || query.getOrDefault("dryRun", "").equals("All"));
    }
}
