package dev.varve.sandbox.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.SandboxException;
import dev.varve.sandbox.host.ImageFacts;
import dev.varve.sandbox.host.ImageFetchException;
import dev.varve.sandbox.host.ImageSource;
import dev.varve.sandbox.registry.Credentials;
import dev.varve.sandbox.registry.Image;
import dev.varve.sandbox.registry.RegistryClient;
import dev.varve.sandbox.registry.RegistryException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.net.ssl.SSLContext;

/** What simulated machines ask of registries: that an image is there by its digest, and what its labels say. No layer is pulled. */
public final class RegistryImages implements ImageSource, AutoCloseable {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final String VERSION = "org.opencontainers.image.version";

    private final Function<String, RegistryClient> newClient;
    private final Map<String, RegistryClient> clients = new ConcurrentHashMap<>();
    private final ObjectMapper json = new ObjectMapper();

    /** @param newClient for the registry that a host of pullspecs leads to; closed with this */
    public RegistryImages(Function<String, RegistryClient> newClient) {
        this.newClient = newClient;
    }

    /**
     * Over TLS.
     *
     * @param bases host of a pullspec to where its registry is reached, without {@code /v2}; others under their own name
     * @param credentials the same for all of them
     * @param authority who has signed their certificates, PEM
     */
    public static RegistryImages overTls(Map<String, URI> bases, Credentials credentials, Path authority) {
        SSLContext trust = Trust.in(authority);
        return new RegistryImages(host -> new RegistryClient(
                bases.getOrDefault(host, URI.create("https://" + host)), Optional.of(credentials), Optional.of(trust)));
    }

    @Override
    public ImageFacts fetch(Pullspec image) throws ImageFetchException {
        JsonNode labels = labels(image);
        ImageFacts facts = ImageFacts.bootable(image.requireDigest(), labels.path(VERSION).asText(""), Instant.now());
        boolean bootable = labels.has("ostree.bootable") || labels.has("containers.bootc");
        return new ImageFacts(facts.digest(), bootable, facts.architecture(), facts.version(), facts.created(), facts.layers());
    }

    /** @throws ImageFetchException where there is no such image, or the registry cannot be asked */
    public JsonNode labels(Pullspec image) throws ImageFetchException {
        RegistryClient client = clients.computeIfAbsent(image.host(), newClient);
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
            case UNAUTHORIZED, FORBIDDEN -> ImageFetchException.authenticationRequired(image);
            case NOT_FOUND -> ImageFetchException.manifestUnknown(image);
            default -> new ImageFetchException("Creating importer: " + refused.getMessage());
        };
    }

    @Override
    public void close() {
        clients.values().forEach(RegistryClient::close);
    }
}
