package dev.varve.sandbox.registry;

import dev.varve.contract.Digest;
import dev.varve.contract.Names;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Blobs and their uploads: POST-PUT, POST-PATCH-PUT, a single POST, and mounts from another repository. */
final class Blobs {
    private final Storage storage;
    private final long limit;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

    Blobs(Storage storage, long limit) {
        this.storage = storage;
        this.limit = limit;
    }

    Reply blob(Request request, Route.Blob blob) {
        if (!Digest.isDigest(blob.digest())) {
            throw RegistryError.digestInvalid(blob.digest());
        }
        return switch (request.method()) {
            case "GET", "HEAD" -> Reply.bytes(MediaTypes.OCTETS, blob.digest(),
                    storage.blob(blob.repository(), blob.digest()).orElseThrow(() -> RegistryError.blobUnknown(blob.digest())));
            case "DELETE" -> {
                if (!storage.deleteBlob(blob.repository(), blob.digest())) {
                    throw RegistryError.blobUnknown(blob.digest());
                }
                yield Reply.of(202, Map.of("Docker-Content-Digest", blob.digest()));
            }
            default -> throw RegistryError.unsupported(request.method(), "blob");
        };
    }

    Reply start(Request request, String repository) throws IOException {
        if (!request.method().equals("POST")) {
            throw RegistryError.unsupported(request.method(), "uploads");
        }
        Optional<String> mount = request.parameter("mount").filter(digest -> mount(request, repository, digest));
        if (mount.isPresent()) {
            return created(repository, mount.get());
        }
        var upload = new Upload(limit);
        if (request.parameter("digest").isPresent()) {
            return finish(request, repository, upload);
        }
        String id = UUID.randomUUID().toString();
        uploads.put(key(repository, id), upload);
        return progress(202, repository, id, upload);
    }

    Reply upload(Request request, Route.Upload route) throws IOException {
        String key = key(route.repository(), route.id());
        Upload upload = Optional.ofNullable(uploads.get(key)).orElseThrow(() -> RegistryError.uploadUnknown(route.id()));
        switch (request.method()) {
            case "GET" -> {
                return progress(204, route.repository(), route.id(), upload);
            }
            case "PATCH" -> {
                checkRange(request, upload);
                upload.append(request.body());
                return progress(202, route.repository(), route.id(), upload);
            }
            case "PUT" -> {
                Reply reply = finish(request, route.repository(), upload);
                uploads.remove(key);
                return reply;
            }
            case "DELETE" -> {
                uploads.remove(key);
                return Reply.of(204, Map.of());
            }
            default -> throw RegistryError.unsupported(request.method(), "upload");
        }
    }

    private boolean mount(Request request, String repository, String digest) {
        Optional<byte[]> bytes =
                request.parameter("from").map(from -> storage.blob(from, digest)).orElseGet(() -> storage.blobAnywhere(digest));
        bytes.ifPresent(found -> storage.putBlob(repository, digest, found));
        return bytes.isPresent();
    }

    private Reply finish(Request request, String repository, Upload upload) throws IOException {
        String digest = request.parameter("digest").orElseThrow(() -> RegistryError.digestInvalid("no digest parameter"));
        upload.append(request.body());
        byte[] bytes = upload.toByteArray();
        String actual = "sha256:" + Names.sha256(bytes);
        if (!actual.equals(digest)) {
            throw RegistryError.digestInvalid("uploaded content is " + actual + ", not " + digest);
        }
        storage.putBlob(repository, digest, bytes);
        return created(repository, digest);
    }

    /** A chunk must begin where the one before ended: {@code Content-Range: <first>-<last>}. */
    private static void checkRange(Request request, Upload upload) {
        Optional<String> range = request.header("Content-Range");
        if (range.isPresent() && !range.get().startsWith(upload.size() + "-")) {
            throw RegistryError.rangeInvalid("chunk " + range.get() + " after " + upload.size() + " bytes");
        }
    }

    private static Reply progress(int status, String repository, String id, Upload upload) {
        String location = "/v2/" + repository + "/blobs/uploads/" + id;
        return Reply.of(status, Map.of("Location", location, "Docker-Upload-UUID", id, "Range", upload.range()));
    }

    private static Reply created(String repository, String digest) {
        return Reply.of(201, Map.of("Location", "/v2/" + repository + "/blobs/" + digest, "Docker-Content-Digest", digest));
    }

    private static String key(String repository, String id) {
        return repository + " " + id;
    }
}
