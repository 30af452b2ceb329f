package dev.varve.sandbox;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.builder.BaseImage;
import dev.varve.sandbox.builder.ImageBuilder;
import dev.varve.sandbox.fleet.RegistryImages;
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
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The registry that answers for the hosts of the guide, and what machines and curious people ask of it. */
final class Images implements ImageSource, AutoCloseable {
    /** What the machines are installed with. */
    static final String BASE_VERSION = "417.94.202408190141-0";

    private static final Credentials CREDENTIALS = new Credentials(Guide.USER, Guide.PASSWORD);

    private final Registry registry;
    private final RegistryImages asked;
    private final RegistryAliases aliases;
    private final Pullspec base;

    Images() {
        registry = Registry.start(RegistryOptions.onPort(0).withCredentials(CREDENTIALS));
        asked = new RegistryImages(host -> client());
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
        return asked.fetch(image);
    }

    /** True where the build of the image installed the package. */
    boolean hasPackage(Pullspec image, String name) {
        try {
            List<String> packages = Arrays.asList(asked.labels(image).path(ImageBuilder.PACKAGES).asText("").split("[ ,]+"));
            return packages.contains(name);
        } catch (ImageFetchException gone) {
            throw new SandboxException("asking the registry about " + image + ": " + gone.getMessage(), gone);
        }
    }

    void delete(Pullspec image) {
        try (var client = client()) {
            client.deleteManifest(image.repository(), image.requireDigest());
        }
    }

    boolean has(Pullspec image) {
        try (var client = client()) {
            client.image(image.repository(), image.requireDigest().value());
            return true;
        } catch (RegistryException refused) {
            if (refused.status() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw refused;
        }
    }

    void tag(Pullspec image, String tag) {
        try (var client = client()) {
            Image there = client.image(image.repository(), image.requireDigest().value());
            client.pushManifest(image.repository(), tag, there.contentType(), there.manifest());
        }
    }

    private RegistryClient client() {
        return new RegistryClient(registry.url(), Optional.of(CREDENTIALS));
    }

    @Override
    public void close() {
        asked.close();
        registry.close();
    }
}
