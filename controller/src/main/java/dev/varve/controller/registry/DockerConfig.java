package dev.varve.controller.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Pullspec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Credentials of a docker config file: of {@code .dockerconfigjson} ({@code {"auths": {...}}}) or of {@code .dockercfg}
 * (the same without {@code auths}); either shape is read under either name (reference-behaviour.md 2.9).
 */
public final class DockerConfig {
    public static final DockerConfig NONE = new DockerConfig(Map.of());

    private static final int SHORTEST_MASKED = 4;

    private final Map<String, Login> logins;

    /** Text of a credential; never shown. */
    record Login(String user, String password) {
        String basic() {
            return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Login[user=" + user + "]";
        }
    }

    private DockerConfig(Map<String, Login> logins) {
        this.logins = Map.copyOf(logins);
    }

    /** @throws IllegalArgumentException where the text is no docker config; the message shows nothing of it */
    public static DockerConfig parse(byte[] text) {
        try {
            JsonNode root = new ObjectMapper().readTree(text);
            JsonNode auths = root.has("auths") ? root.get("auths") : root;
            if (!auths.isObject()) {
                throw new IllegalArgumentException("no docker config: want an object with auths");
            }
            var logins = new LinkedHashMap<String, Login>();
            auths.properties().forEach(entry -> login(entry.getValue()).ifPresent(login -> logins.put(key(entry.getKey()), login)));
            return new DockerConfig(logins);
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException("no docker config: not JSON");
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("no docker config: " + unreadable.getClass().getSimpleName());
        }
    }

    /** The text with {@code ***} for each password of these, as it is or as an {@code auth} has it. */
    public String mask(String text) {
        String masked = text;
        for (Login login : logins.values()) {
            masked = masked.replace(login.basic().substring("Basic ".length()), "***");
            // A password that short would make every log unreadable, and protects nothing.
            masked = login.password().length() < SHORTEST_MASKED ? masked : masked.replace(login.password(), "***");
        }
        return masked;
    }

    /** That for the longest prefix of the repository, as containers-auth.json(5) has it, else that for the host. */
    Optional<Login> loginFor(Pullspec image) {
        String place = image.host() + "/" + image.repository();
        while (!logins.containsKey(place) && place.contains("/")) {
            place = place.substring(0, place.lastIndexOf('/'));
        }
        return Optional.ofNullable(logins.get(place));
    }

    private static String key(String registry) {
        return registry.replaceFirst("^https?://", "").replaceFirst("/v[12]/?$", "").replaceFirst("/+$", "");
    }

    private static Optional<Login> login(JsonNode entry) {
        String auth = entry.path("auth").asText("");
        if (auth.isEmpty()) {
            String user = entry.path("username").asText("");
            return user.isEmpty() ? Optional.empty() : Optional.of(new Login(user, entry.path("password").asText("")));
        }
        String decoded = new String(Base64.getMimeDecoder().decode(auth), StandardCharsets.UTF_8);
        int colon = decoded.indexOf(':');
        return colon < 0 ? Optional.empty() : Optional.of(new Login(decoded.substring(0, colon), decoded.substring(colon + 1)));
    }
}
