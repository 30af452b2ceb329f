package dev.varve.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.builder.BaseImage;
import dev.varve.sandbox.builder.ImageBuilder;
import dev.varve.sandbox.host.ImageFacts;
import dev.varve.sandbox.host.ImageFetchException;
import dev.varve.sandbox.host.ImageSource;
import dev.varve.sandbox.quickstart.Guide;
import dev.varve.sandbox.registry.AuthFile;
import dev.varve.sandbox.registry.Credentials;
import dev.varve.sandbox.registry.Image;
import dev.varve.sandbox.registry.Registry;
import dev.varve.sandbox.registry.RegistryAliases;
import dev.varve.sandbox.registry.RegistryClient;
import dev.varve.sandbox.registry.RegistryException;
import dev.varve.sandbox.registry.RegistryOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The registry that answers for the hosts of the guide, and what machines and curious people ask of it. */
final class Images implements ImageSource, AutoCloseable {
    /** What the machines are installed with. */
    static final String BASE_VERSION = "417.94.202408190141-0";

    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    static final Credentials CREDENTIALS = new Credentials("sandbox", "sandbox");

    private final Registry registry;
    private final RegistryClient client;
    private final RegistryAliases aliases;
    private final Pullspec base;
    private final ObjectMapper json = new ObjectMapper();

    Images() {
        registry = Registry.start(RegistryOptions.onPort(0).withCredentials(CREDENTIALS));
        client = new RegistryClient(registry.url(), Optional.of(CREDENTIALS));
        aliases = new RegistryAliases(Map.of(Guide.PUSH_HOST, registry.url(), Guide.BASE_HOST, registry.url()));
        AuthFile auth = new AuthFile(Map.of(Guide.BASE_HOST, CREDENTIALS));
        base = BaseImage.push(aliases, Pullspec.parse(Guide.BASE_HOST + "/ocp/4.17-2024-08-19-220527"), auth, BASE_VERSION);
    }

    /** By digest; pushed at the start. */
    Pullspec base() {
        return base;
    }

    RegistryAliases aliases() {
        return aliases;
    }

    Map<String, URI> bases() {
        return aliases.bases();
    }

    @Override
    public ImageFacts fetch(Pullspec image) throws ImageFetchException {
        JsonNode labels = labels(image);
        Digest digest = image.requireDigest();
        return ImageFacts.bootable(digest, labels.path("org.opencontainers.image.version").asText(BASE_VERSION), Instant.now());
    }

    /** True where the build of the image installed the package. */
    boolean hasPackage(Pullspec image, String name) {
        try {
            List<String> packages = Arrays.asList(labels(image).path(ImageBuilder.PACKAGES).asText("").split("[ ,]+"));
            return packages.contains(name);
        } catch (ImageFetchException gone) {
            throw new SandboxException("asking the registry about " + image + ": " + gone.getMessage(), gone);
        }
    }

    private JsonNode labels(Pullspec image) throws ImageFetchException {
        try {
            Image manifest = client.image(image.repository(), image.requireDigest().value());
            Digest config = new Digest(json.readTree(manifest.manifest()).path("config").path("digest").asText());
            return json.readTree(client.blob(image.repository(), config)).path("config").path("Labels");
        } catch (RegistryException refused) {
            throw refused(image, refused);
        } catch (IOException notJson) {
            throw new SandboxException("image " + image + " has a manifest or config that is not JSON", notJson);
        }
    }

    private static ImageFetchException refused(Pullspec image, RegistryException refused) {
        return switch (refused.status()) {
            case RegistryException.NO_ANSWER -> ImageFetchException.connectionRefused(image);
            case UNAUTHORIZED -> ImageFetchException.authenticationRequired(image);
            case NOT_FOUND -> ImageFetchException.manifestUnknown(image);
            default -> new ImageFetchException("Creating importer: " + refused.getMessage());
        };
    }

    @Override
    public void close() {
        client.close();
        registry.close();
    }
}
