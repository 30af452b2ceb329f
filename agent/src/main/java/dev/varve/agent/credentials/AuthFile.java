package dev.varve.agent.credentials;

import dev.varve.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The host's {@code /run/ostree/auth.json}, which rpm-ostree reads at every pull. Where it is there, {@code
 * /etc/ostree/auth.json} is not read any more (rpm-ostree-dbus.md 2.6), so what that one has comes along. Whose an entry is
 * must survive our restart: the file itself lists ours, under a key that others ignore.
 */
final class AuthFile {
    private static final String AUTHS = "auths";
    private static final String OURS = "varve.dev/ours";
    private static final String NAME = "auth.json";

    private final Path file;
    private final Path hostsOwn;
    private final Json json;

    /**
     * @param directory that rpm-ostree looks in first; made where it is missing
     * @param hostsOwn the host's lasting file; may be missing
     */
    AuthFile(Path directory, Path hostsOwn, Json json) {
        this.file = directory.resolve(NAME);
        this.hostsOwn = hostsOwn;
        this.json = json;
    }

    /** What others put there is kept; for the same key ours counts. Written only where that changes something. */
    void put(Map<String, Object> ours) throws CredentialsException {
        Optional<Map<String, Object>> present = read(file);
        Map<String, Object> before = present.orElse(Map.of());
        if (present.isEmpty() && ours.isEmpty()) {
            return; // Without the file, the host's own counts.
        }
        Map<String, Object> own = auths(read(hostsOwn).orElse(Map.of()));
        own.putAll(ours);
        Map<String, Object> all = auths(before);
        if (before.get(OURS) instanceof List<?> earlier) {
            earlier.forEach(key -> all.remove(String.valueOf(key)));
        }
        all.putAll(own);
        var root = new LinkedHashMap<>(before);
        root.put(AUTHS, all);
        root.put(OURS, List.copyOf(new TreeSet<>(own.keySet())));
        if (!root.equals(before)) {
            write(json.write(root) + "\n");
        }
    }

    private static Map<String, Object> auths(Map<String, Object> root) {
        var auths = new LinkedHashMap<String, Object>();
        if (root.get(AUTHS) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> auths.put(String.valueOf(key), value));
        }
        return auths;
    }

    private Optional<Map<String, Object>> read(Path path) throws CredentialsException {
        String text;
        try {
            text = Files.readString(path);
        } catch (NoSuchFileException none) {
            return Optional.empty(); // Also a link to where we cannot see: it is replaced.
        } catch (IOException unreadable) {
            throw new CredentialsException(named(path) + " cannot be read: " + unreadable.getClass().getSimpleName());
        }
        @Nullable Object value;
        try {
            value = json.read(text);
        } catch (IllegalArgumentException notJson) {
            value = null;
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new CredentialsException(named(path) + " is no JSON object, and rpm-ostree can pull nothing with it;"
                    + " mend or remove it");
        }
        var root = new LinkedHashMap<String, Object>();
        map.forEach((key, item) -> root.put(String.valueOf(key), item));
        return Optional.of(root);
    }

    /** Never half there, and never readable by anybody else, not even for a moment. */
    private void write(String text) throws CredentialsException {
        Path fresh = file.resolveSibling("." + NAME + ".varve");
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new CredentialsException(named(file) + " cannot be written: " + failed.getClass().getSimpleName() + ": "
                    + failed.getMessage());
        }
    }

    private static String named(Path path) {
        return "the host's credentials file (here " + path + ")";
    }
}
