package dev.varve.bench.footprint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.bench.BenchException;
import dev.varve.testbed.host.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A container image as a directory, and what it says of its process. Its layers are laid on each other by tar; none of ours
 * removes what one below it has.
 *
 * @param entrypoint the process, its path as seen in the image
 */
record UnpackedImage(Path root, List<String> entrypoint, Map<String, String> environment) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param archive as {@code docker save} and {@code buildah push docker-archive:} write it */
    static UnpackedImage of(Path archive, Path directory) {
        try {
            Path parts = Files.createDirectories(directory.resolve("parts"));
            Path root = Files.createDirectories(directory.resolve("root"));
            Command.of("tar", "-xf", archive, "-C", parts).run();
            JsonNode manifest = JSON.readTree(parts.resolve("manifest.json").toFile()).path(0);
            for (JsonNode layer : manifest.path("Layers")) {
                Command.of("tar", "-xf", parts.resolve(layer.asText()), "-C", root, "--numeric-owner").run();
            }
            JsonNode config = JSON.readTree(parts.resolve(manifest.path("Config").asText()).toFile()).path("config");
            Command.of("rm", "-rf", parts).run();
            return new UnpackedImage(root, texts(config.path("Entrypoint")), environment(texts(config.path("Env"))));
        } catch (IOException unusable) {
            throw new BenchException(archive + " is no archive of an image: " + unusable.getMessage(), unusable);
        }
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static Map<String, String> environment(List<String> settings) {
        var environment = new LinkedHashMap<String, String>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            environment.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return environment;
    }
}
