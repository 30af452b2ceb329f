package dev.varve.controller.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Json;
import org.jspecify.annotations.Nullable;

/** JSON by Jackson, which the client brings anyway. */
public final class JacksonJson implements Json {
    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public @Nullable Object read(String text) {
        try {
            return mapper.readValue(text, Object.class);
        } catch (JsonProcessingException wrong) {
            throw new IllegalArgumentException("not JSON: " + wrong.getOriginalMessage(), wrong);
        }
    }

    @Override
    public String write(@Nullable Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException wrong) {
            throw new IllegalArgumentException("cannot be written as JSON: " + wrong.getOriginalMessage(), wrong);
        }
    }
}
