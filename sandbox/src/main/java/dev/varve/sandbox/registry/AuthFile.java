package dev.varve.sandbox.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Pullspec;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Credentials by registry, as in {@code .dockerconfigjson} (containers-auth.json(5)): keys are hosts or longer prefixes of
 * a repository, and the longest that fits wins. The old {@code .dockercfg} form, without {@code auths}, is read too.
 */
public record AuthFile(Map<String, Credentials> entries) {
    public static final AuthFile EMPTY = new AuthFile(Map.of());

    public AuthFile {
        entries = Map.copyOf(entries);
    }

    /** @throws IllegalArgumentException where the text is no such file; the message has no secret in it */
    public static AuthFile parse(String json) {
        try {
            JsonNode root = new ObjectMapper().readTree(json);
            JsonNode auths = root.has("auths") ? root.path("auths") : root;
            var entries = new LinkedHashMap<String, Credentials>();
            auths.properties().forEach(entry -> credentials(entry.getValue()).ifPresent(found -> entries.put(key(entry.getKey()), found)));
            return new AuthFile(entries);
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException("registry credentials are not JSON");
        }
    }

    /** Both, the other's entries first. */
    public AuthFile with(AuthFile other) {
        var all = new LinkedHashMap<>(entries);
        all.putAll(other.entries);
        return new AuthFile(all);
    }

    public Optional<Credentials> credentials(Pullspec pullspec) {
        String scope = pullspec.host() + "/" + pullspec.repository();
        for (int end = scope.length(); end > 0; end = scope.lastIndexOf('/', end - 1)) {
            Credentials found = entries.get(scope.substring(0, end));
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private static Optional<Credentials> credentials(JsonNode entry) {
        if (entry.hasNonNull("username")) {
            return Optional.of(new Credentials(entry.path("username").asText(), entry.path("password").asText()));
        }
        String pair = new String(Base64.getDecoder().decode(entry.path("auth").asText()), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        return colon < 0 ? Optional.empty() : Optional.of(new Credentials(pair.substring(0, colon), pair.substring(colon + 1)));
    }

    /** Docker wrote whole URLs once. */
    private static String key(String key) {
        return key.replaceFirst("^https?://", "").replaceFirst("/v[12]/?$", "").replaceFirst("/$", "");
    }
}
