package dev.varve.sandbox.builder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.registry.AuthFile;
import dev.varve.sandbox.registry.Image;
import dev.varve.sandbox.registry.MediaTypes;
import dev.varve.sandbox.registry.RegistryAliases;
import dev.varve.sandbox.registry.RegistryClient;
import dev.varve.sandbox.registry.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.function.Consumer;

/** Images out of registries and into them, with buildah's words for what goes wrong (containers/image, docker transport). */
final class Transport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final RegistryAliases aliases;
    private final Consumer<String> log;

    Transport(RegistryAliases aliases, Consumer<String> log) {
        this.aliases = aliases;
        this.log = log;
    }

    OciImage pull(Pullspec pullspec, AuthFile auth) {
        String reference = pullspec.digest().map(Digest::value).or(pullspec::tag).orElse("latest");
        log.accept("Trying to pull " + pullspec + "...");
        try (var client = new RegistryClient(aliases.base(pullspec.host()), auth.credentials(pullspec))) {
            JsonNode manifest = manifest(client, pullspec.repository(), reference);
            var config = (ObjectNode) MAPPER.readTree(client.blob(pullspec.repository(), digest(manifest.path("config"))));
            var layers = new ArrayList<Layer>();
            for (JsonNode descriptor : manifest.path("layers")) {
                log.accept("Copying blob " + digest(descriptor));
                var diffId = new Digest(config.path("rootfs").path("diff_ids").path(layers.size()).asText());
                layers.add(new Layer(digest(descriptor), diffId, client.blob(pullspec.repository(), digest(descriptor))));
            }
            return new OciImage(config, layers);
        } catch (RegistryException refused) {
            throw new BuildException(BuildException.OWN_FAILURE, "Error: creating build container: initializing source docker://"
                    + pullspec + ": reading manifest " + reference + " in " + pullspec.host() + "/" + pullspec.repository() + ": " + words(refused), refused);
        } catch (IOException notAnImage) {
            throw new BuildException(BuildException.OWN_FAILURE, "Error: creating build container: " + pullspec + " is not an image: " + notAnImage.getMessage(), notAnImage);
        }
    }

    Digest push(OciImage image, Pullspec target, AuthFile auth) {
        log.accept("Getting image source signatures");
        try (var client = new RegistryClient(aliases.base(target.host()), auth.credentials(target))) {
            for (Layer layer : image.layers()) {
                boolean sent = client.pushBlob(target.repository(), layer.digest(), layer.blob());
                log.accept(sent ? "Copying blob " + layer.digest() : "Copying blob " + layer.digest() + " skipped: already exists");
            }
            byte[] config = image.configBytes();
            log.accept("Copying config " + Layer.digest(config));
            client.pushBlob(target.repository(), Layer.digest(config), config);
            log.accept("Writing manifest to image destination");
            String tag = target.tag().orElse("latest");
            return client.pushManifest(target.repository(), tag, MediaTypes.MANIFEST, image.manifestBytes());
        } catch (RegistryException refused) {
            throw new BuildException(BuildException.OWN_FAILURE, "Error: pushing image to \"docker://" + target + "\": " + words(refused), refused);
        }
    }

    /** Of an image for several architectures, the one for amd64. */
    private static JsonNode manifest(RegistryClient client, String repository, String reference) throws IOException {
        Image image = client.image(repository, reference);
        JsonNode manifest = MAPPER.readTree(image.manifest());
        for (JsonNode child : manifest.path("manifests")) {
            if (child.path("platform").path("architecture").asText().equals("amd64")) {
                return MAPPER.readTree(client.image(repository, child.path("digest").asText()).manifest());
            }
        }
        if (!manifest.has("config")) {
            throw new IOException("no config in the manifest");
        }
        return manifest;
    }

    private static Digest digest(JsonNode descriptor) {
        return new Digest(descriptor.path("digest").asText());
    }

    private static String words(RegistryException refused) {
        return switch (refused.status()) {
            case 401 -> "unauthorized: authentication required";
            case 403 -> "denied: requested access to the resource is denied";
            case RegistryException.NO_ANSWER -> "pinging container registry: " + refused.reason();
            case 404 -> refused.reason().startsWith("MANIFEST_UNKNOWN") ? "manifest unknown" : refused.reason();
            default -> "received unexpected HTTP status: " + refused.status() + " " + refused.reason();
        };
    }
}
