package dev.varve.sandbox.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Everything a registry holds, in memory. Digests are checked by the callers; a blob is kept once however many repositories link it. */
final class Storage {

    record StoredManifest(String contentType, String digest, byte[] body) {}

    private static final class Repository {
        final Map<String, byte[]> blobs = new TreeMap<>();
        final Map<String, StoredManifest> manifests = new TreeMap<>();
        final Map<String, String> tags = new TreeMap<>();
    }

    private final Map<String, Repository> repositories = new TreeMap<>();

    synchronized Optional<byte[]> blob(String repository, String digest) {
        return find(repository).map(r -> r.blobs.get(digest));
    }

    /** From any repository: for a mount that does not say from where. */
    synchronized Optional<byte[]> blobAnywhere(String digest) {
        return repositories.values().stream().filter(r -> r.blobs.containsKey(digest)).findFirst().map(r -> r.blobs.get(digest));
    }

    synchronized void putBlob(String repository, String digest, byte[] bytes) {
        create(repository).blobs.put(digest, blobAnywhere(digest).orElse(bytes));
    }

    synchronized boolean deleteBlob(String repository, String digest) {
        return find(repository).map(r -> r.blobs.remove(digest)).isPresent();
    }

    /** @param reference tag or digest */
    synchronized Optional<StoredManifest> manifest(String repository, String reference) {
        return find(repository).map(r -> r.manifests.get(r.tags.getOrDefault(reference, reference)));
    }

    synchronized void putManifest(String repository, StoredManifest manifest, Optional<String> tag) {
        Repository into = create(repository);
        into.manifests.put(manifest.digest(), manifest);
        tag.ifPresent(name -> into.tags.put(name, manifest.digest()));
    }

    /** A tag alone leaves its manifest; a manifest takes its tags with it. */
    synchronized boolean deleteManifest(String repository, String reference) {
        Optional<Repository> from = find(repository);
        if (from.isEmpty()) {
            return false;
        }
        if (from.get().tags.remove(reference) != null) {
            return true;
        }
        from.get().tags.values().removeIf(reference::equals);
        return from.get().manifests.remove(reference) != null;
    }

    /** In lexical order; empty where there is no such repository. */
    synchronized Optional<List<String>> tags(String repository) {
        return find(repository).map(r -> List.copyOf(r.tags.keySet()));
    }

    synchronized List<String> repositories() {
        return new ArrayList<>(repositories.keySet());
    }

    private Optional<Repository> find(String name) {
        return Optional.ofNullable(repositories.get(name));
    }

    private Repository create(String name) {
        return repositories.computeIfAbsent(name, n -> new Repository());
    }
}
