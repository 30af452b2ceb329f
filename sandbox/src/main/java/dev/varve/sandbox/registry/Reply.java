package dev.varve.sandbox.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One HTTP answer. */
record Reply(int status, Map<String, String> headers, byte[] body) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final byte[] NOTHING = {};

    Reply {
        headers = Map.copyOf(headers);
    }

    static Reply of(int status, Map<String, String> headers) {
        return new Reply(status, headers, NOTHING);
    }

    static Reply bytes(String contentType, String digest, byte[] body) {
        return new Reply(200, Map.of("Content-Type", contentType, "Docker-Content-Digest", digest, "ETag", '"' + digest + '"'), body);
    }

    static Reply json(int status, Map<String, String> headers, Object value) {
        try {
            var all = new LinkedHashMap<>(headers);
            all.put("Content-Type", MediaTypes.JSON);
            return new Reply(status, all, MAPPER.writeValueAsBytes(value));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("maps and lists of strings are always JSON", impossible);
        }
    }

    static Reply error(RegistryError error) {
        Map<String, String> headers =
                error.status() == 401 ? Map.of("WWW-Authenticate", "Basic realm=\"varve-sandbox\"") : Map.of();
        var entry = new LinkedHashMap<String, Object>();
        entry.put("code", error.code());
        entry.put("message", String.valueOf(error.getMessage()));
        entry.put("detail", error.detail());
        return json(error.status(), headers, Map.of("errors", List.of(entry)));
    }
}
