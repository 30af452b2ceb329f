package dev.varve.agent.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Json;
import org.jspecify.annotations.Nullable;

/** JSON by Jackson, which is here anyway. */
public final class JacksonJson implements Json {
    private final ObjectMapper mapper = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Override
    public @Nullable Object read(String text) {
        try {
            return mapper.readValue(text, Object.class);
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException("not JSON: " + notJson.getOriginalMessage(), notJson);
        }
    }

    @Override
    public String write(@Nullable Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException never) {
            throw new IllegalArgumentException("not a plain value: " + value, never);
        }
    }
}
