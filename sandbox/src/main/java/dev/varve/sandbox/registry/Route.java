package dev.varve.sandbox.registry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a path of the distribution API names ("Endpoints" of the specification). */
sealed interface Route {
    int MAX_NAME = 255;
    // The grammar of the specification: "Pulling manifests", <name>.
    Pattern NAME = Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
    Pattern CATALOG_PATH = Pattern.compile("/v2/_catalog");
    Pattern TAGS_PATH = Pattern.compile("/v2/(.+)/tags/list");
    Pattern UPLOADS_PATH = Pattern.compile("/v2/(.+)/blobs/uploads/?");
    Pattern UPLOAD_PATH = Pattern.compile("/v2/(.+)/blobs/uploads/([^/]+)");
    Pattern BLOB_PATH = Pattern.compile("/v2/(.+)/blobs/([^/]+)");
    Pattern MANIFEST_PATH = Pattern.compile("/v2/(.+)/manifests/([^/]+)");

    record Base() implements Route {}

    record Catalog() implements Route {}

    record Tags(String repository) implements Route {}

    record Uploads(String repository) implements Route {}

    record Upload(String repository, String id) implements Route {}

    record Blob(String repository, String digest) implements Route {}

    record Manifest(String repository, String reference) implements Route {}

    /** @throws RegistryError where the path is none of these, or the repository's name is not one */
    static Route parse(String path) {
        if (path.equals("/v2/") || path.equals("/v2")) {
            return new Base();
        }
        if (CATALOG_PATH.matcher(path).matches()) {
            return new Catalog();
        }
        // Uploads before blobs: "uploads" would pass for a digest.
        return match(TAGS_PATH, path).<Route>map(m -> new Tags(name(m)))
                .or(() -> match(UPLOADS_PATH, path).map(m -> new Uploads(name(m))))
                .or(() -> match(UPLOAD_PATH, path).map(m -> new Upload(name(m), m.group(2))))
                .or(() -> match(BLOB_PATH, path).map(m -> new Blob(name(m), m.group(2))))
                .or(() -> match(MANIFEST_PATH, path).map(m -> new Manifest(name(m), m.group(2))))
                .orElseThrow(() -> RegistryError.notFound(path));
    }

    private static Optional<Matcher> match(Pattern pattern, String path) {
        Matcher matcher = pattern.matcher(path);
        return matcher.matches() ? Optional.of(matcher) : Optional.empty();
    }

    private static String name(Matcher matcher) {
        String name = matcher.group(1);
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw RegistryError.nameInvalid(name);
        }
        return name;
    }
}
