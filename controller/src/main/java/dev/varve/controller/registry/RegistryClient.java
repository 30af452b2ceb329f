package dev.varve.controller.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Digest;
import dev.varve.contract.Names;
import dev.varve.contract.Pullspec;
import dev.varve.controller.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a registry about an image (OCI distribution specification 1.1, with docker's media types). Contents are checked
 * against their digests, so a registry can withhold an image but not swap it.
 */
public final class RegistryClient implements Registry {
    static final List<String> MANIFESTS = List.of(
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json");

    private final HttpClient client;
    private final RegistryAliases aliases;
    private final String architecture;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param client trusts whom registries must be signed by; must not follow redirects by itself, since it would carry the
     *     credentials along
     * @param architecture of the nodes, e.g. {@code amd64}: picked from a list of manifests
     */
    public RegistryClient(HttpClient client, RegistryAliases aliases, String architecture) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException("the client must not follow redirects");
        }
        this.client = client;
        this.aliases = aliases;
        this.architecture = architecture;
    }

    @Override
    public Inspection inspect(Pullspec image, DockerConfig credentials) {
        var session = new RegistrySession(client, aliases.base(image.host()), Operation.Inspect, image, credentials.loginFor(image));
        String reference = image.digest().map(Digest::value).or(image::tag).orElse("latest");
        Optional<byte[]> body = session.get("manifests/" + reference, MANIFESTS);
        if (body.isEmpty()) {
            return new Inspection.NotFound();
        }
        image.digest().ifPresent(digest -> verify(image, digest, body.get()));
        JsonNode manifest = read(image, body.get());
        if (!manifest.has("manifests")) {
            return found(session, image, body.get(), manifest);
        }
        Digest chosen = choose(image, manifest);
        byte[] resolved = required(session, image, "manifests/" + chosen, MANIFESTS);
        verify(image, chosen, resolved);
        return found(session, image, resolved, read(image, resolved));
    }

    private Digest choose(Pullspec image, JsonNode index) {
        for (JsonNode entry : index.path("manifests")) {
            JsonNode platform = entry.path("platform");
            if (platform.path("architecture").asText("").equals(architecture) && platform.path("os").asText("").equals("linux")) {
                return digest(image, entry.path("digest").asText(""));
            }
        }
        throw new RegistryException(Kind.Missing, "inspect " + image + ": the registry has it for other architectures only, not for linux/" + architecture);
    }

    private Inspection found(RegistrySession session, Pullspec image, byte[] body, JsonNode manifest) {
        Digest config = digest(image, manifest.path("config").path("digest").asText(""));
        byte[] blob = required(session, image, "blobs/" + config, List.of());
        verify(image, config, blob);
        JsonNode tree = read(image, blob);
        var labels = new LinkedHashMap<String, String>();
        for (Map.Entry<String, JsonNode> label : tree.path("config").path("Labels").properties()) {
            labels.put(label.getKey(), label.getValue().asText(""));
        }
        return new Inspection.Found(digestOf(body), tree.path("architecture").asText(""), labels);
    }

    private static byte[] required(RegistrySession session, Pullspec image, String what, List<String> accept) {
        return session.get(what, accept).orElseThrow(() -> new RegistryException(Kind.Missing,
                "inspect " + image + ": the registry names " + what + " and does not have it; push the image again"));
    }

    private static void verify(Pullspec image, Digest want, byte[] body) {
        if (!digestOf(body).equals(want)) {
            throw new RegistryException(Kind.Invalid,
                    "inspect " + image + ": asked for " + want + " and was given contents of " + digestOf(body));
        }
    }

    static Digest digestOf(byte[] body) {
        return new Digest("sha256:" + Names.sha256(body));
    }

    private static Digest digest(Pullspec image, String text) {
        if (!Digest.isDigest(text)) {
            throw new RegistryException(Kind.Invalid, "inspect " + image + ": its manifest has the digest \"" + text + "\", want sha256");
        }
        return new Digest(text);
    }

    private JsonNode read(Pullspec image, byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException notJson) {
            throw new RegistryException(Kind.Invalid, "inspect " + image + ": the answer is not JSON", notJson);
        }
    }
}
