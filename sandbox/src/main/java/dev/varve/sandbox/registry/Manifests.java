package dev.varve.sandbox.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Digest;
import dev.varve.contract.Names;
import dev.varve.sandbox.registry.Storage.StoredManifest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Manifests by tag and by digest. What a manifest refers to must be there before it is. */
final class Manifests {
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    private final ObjectMapper mapper = new ObjectMapper();
    private final Storage storage;
    private final long limit;

    Manifests(Storage storage, long limit) {
        this.storage = storage;
        this.limit = limit;
    }

    Reply manifest(Request request, Route.Manifest route) throws IOException {
        boolean byDigest = route.reference().contains(":");
        if (byDigest && !Digest.isDigest(route.reference())) {
            throw RegistryError.digestInvalid(route.reference());
        }
        if (!byDigest && !TAG.matcher(route.reference()).matches()) {
            throw RegistryError.tagInvalid(route.reference());
        }
        return switch (request.method()) {
            case "GET", "HEAD" -> get(route);
            case "PUT" -> put(request, route, byDigest);
            case "DELETE" -> {
                if (!storage.deleteManifest(route.repository(), route.reference())) {
                    throw RegistryError.manifestUnknown(route.repository(), route.reference());
                }
                yield Reply.of(202, Map.of());
            }
            default -> throw RegistryError.unsupported(request.method(), "manifest");
        };
    }

    private Reply get(Route.Manifest route) {
        StoredManifest manifest = storage.manifest(route.repository(), route.reference())
                .orElseThrow(() -> RegistryError.manifestUnknown(route.repository(), route.reference()));
        return Reply.bytes(manifest.contentType(), manifest.digest(), manifest.body());
    }

    private Reply put(Request request, Route.Manifest route, boolean byDigest) throws IOException {
        var upload = new Upload(limit);
        upload.append(request.body());
        byte[] body = upload.toByteArray();
        String digest = "sha256:" + Names.sha256(body);
        if (byDigest && !digest.equals(route.reference())) {
            throw RegistryError.digestInvalid("manifest is " + digest + ", not " + route.reference());
        }
        JsonNode parsed = parse(body);
        checkReferences(route.repository(), parsed);
        String contentType = request.header("Content-Type").orElseGet(() -> parsed.path("mediaType").asText(MediaTypes.MANIFEST));
        Optional<String> tag = byDigest ? Optional.empty() : Optional.of(route.reference());
        storage.putManifest(route.repository(), new StoredManifest(contentType, digest, body), tag);
        String location = "/v2/" + route.repository() + "/manifests/" + digest;
        return Reply.of(201, Map.of("Location", location, "Docker-Content-Digest", digest));
    }

    private JsonNode parse(byte[] body) {
        JsonNode parsed;
        try {
            parsed = mapper.readTree(body);
        } catch (IOException notJson) {
            throw RegistryError.manifestInvalid("not JSON");
        }
        if (!parsed.isObject() || parsed.path("schemaVersion").asInt() != 2) {
            throw RegistryError.manifestInvalid("want an object with schemaVersion 2");
        }
        return parsed;
    }

    private void checkReferences(String repository, JsonNode manifest) {
        if (manifest.has("config")) {
            checkBlob(repository, manifest.path("config").path("digest").asText());
        }
        manifest.path("layers").forEach(layer -> checkBlob(repository, layer.path("digest").asText()));
        manifest.path("manifests").forEach(child -> {
            String digest = child.path("digest").asText();
            if (storage.manifest(repository, digest).isEmpty()) {
                throw RegistryError.manifestBlobUnknown(digest);
            }
        });
    }

    private void checkBlob(String repository, String digest) {
        if (storage.blob(repository, digest).isEmpty()) {
            throw RegistryError.manifestBlobUnknown(digest);
        }
    }
}
