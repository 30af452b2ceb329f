package dev.varve.sandbox.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The first error of a registry's answer as {@code CODE: message}; the answer itself where it has another form. */
final class ErrorText {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ErrorText() {}

    static String of(String body) {
        try {
            JsonNode first = MAPPER.readTree(body).path("errors").path(0);
            return first.isMissingNode() ? body : first.path("code").asText() + ": " + first.path("message").asText();
        } catch (JsonProcessingException notJson) {
            return body;
        }
    }
}
