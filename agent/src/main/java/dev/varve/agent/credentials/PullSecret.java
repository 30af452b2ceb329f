package dev.varve.agent.credentials;

import dev.varve.contract.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pull secret of the pool where the kubelet has mounted it. The kubelet replaces the files by the swap of one link, so each is
 * whole whenever it is read; a secret that does not exist is an empty directory.
 */
final class PullSecret {
    /** The first that is there counts; either shape is read under either name. */
    private static final List<String> FILES = List.of(".dockerconfigjson", ".dockercfg");

    private final Path directory;
    private final Json json;

    PullSecret(Path directory, Json json) {
        this.directory = directory;
        this.json = json;
    }

    Path directory() {
        return directory;
    }

    /** Its text, "" where there is none: another text is another secret. */
    String text() throws CredentialsException {
        for (String name : FILES) {
            Optional<String> text = read(directory.resolve(name));
            if (text.isPresent()) {
                return text.get();
            }
        }
        return "";
    }

    /** What auth.json has below {@code auths}: registry or repository to entry. */
    Map<String, Object> auths(String text) throws CredentialsException {
        var auths = new LinkedHashMap<String, Object>();
        if (!text.isEmpty()) {
            Map<?, ?> root = object(text);
            Object within = root.containsKey("auths") ? root.get("auths") : root;
            if (!(within instanceof Map<?, ?> entries)) {
                throw unusable("its auths are no object");
            }
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                if (!(entry.getValue() instanceof Map<?, ?> login)) {
                    throw unusable("its entry for " + entry.getKey() + " is no object");
                }
                auths.put(String.valueOf(entry.getKey()), encoded(login));
            }
        }
        return auths;
    }

    /** containers-auth.json(5) knows only {@code auth}; kubectl's secrets have user and password beside it, older ones instead. */
    private static Map<String, Object> encoded(Map<?, ?> login) {
        var entry = new LinkedHashMap<String, Object>();
        login.forEach((key, value) -> entry.put(String.valueOf(key), value));
        Object user = entry.remove("username");
        Object password = entry.remove("password");
        entry.remove("email");
        if (user != null && !entry.containsKey("auth")) {
            byte[] both = (user + ":" + (password == null ? "" : password)).getBytes(StandardCharsets.UTF_8);
            entry.put("auth", Base64.getEncoder().encodeToString(both));
        }
        return entry;
    }

    private Map<?, ?> object(String text) throws CredentialsException {
        @Nullable Object value;
        try {
            value = json.read(text);
        } catch (IllegalArgumentException notJson) {
            // Not its message: that quotes the text.
            throw unusable("it is not JSON");
        }
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw unusable("it is no JSON object");
    }

    private CredentialsException unusable(String why) {
        return new CredentialsException("pull secret " + directory.getFileName() + " of the pool cannot be used: " + why
                + "; the host keeps the credentials it has, mend the secret");
    }

    private static Optional<String> read(Path file) throws CredentialsException {
        try {
            return Optional.of(Files.readString(file)).filter(text -> !text.isBlank());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new CredentialsException("pull secret " + file + " of the pool cannot be read: "
                    + unreadable.getClass().getSimpleName() + "; the host keeps the credentials it has");
        }
    }
}
