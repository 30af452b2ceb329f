package dev.varve.sandbox.registry;

/** A request the registry refuses; becomes an answer in the form of the distribution specification ("Error codes"). */
final class RegistryError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String detail;

    private RegistryError(int status, String code, String message, String detail) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.detail = detail;
    }

    static RegistryError blobUnknown(String digest) {
        return new RegistryError(404, "BLOB_UNKNOWN", "blob unknown to registry", digest);
    }

    static RegistryError uploadUnknown(String id) {
        return new RegistryError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry", id);
    }

    static RegistryError manifestUnknown(String repository, String reference) {
        return new RegistryError(404, "MANIFEST_UNKNOWN", "manifest unknown", "unknown manifest " + reference + " in " + repository);
    }

    static RegistryError manifestInvalid(String why) {
        return new RegistryError(400, "MANIFEST_INVALID", "manifest invalid", why);
    }

    static RegistryError manifestBlobUnknown(String digest) {
        return new RegistryError(400, "MANIFEST_BLOB_UNKNOWN", "manifest references a manifest or blob unknown to registry", digest);
    }

    static RegistryError nameInvalid(String name) {
        return new RegistryError(400, "NAME_INVALID", "invalid repository name", name);
    }

    static RegistryError nameUnknown(String name) {
        return new RegistryError(404, "NAME_UNKNOWN", "repository name not known to registry", name);
    }

    static RegistryError tagInvalid(String tag) {
        return new RegistryError(400, "TAG_INVALID", "manifest tag did not match URI", tag);
    }

    static RegistryError digestInvalid(String detail) {
        return new RegistryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content", detail);
    }

    static RegistryError rangeInvalid(String detail) {
        return new RegistryError(416, "RANGE_INVALID", "invalid content range", detail);
    }

    static RegistryError numberInvalid(String n) {
        return new RegistryError(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested", n);
    }

    static RegistryError tooLarge(long limit) {
        String detail = "this registry keeps everything in memory and takes at most " + limit + " bytes per upload";
        return new RegistryError(413, "SIZE_INVALID", "upload is too large", detail);
    }

    static RegistryError unauthorized() {
        return new RegistryError(401, "UNAUTHORIZED", "authentication required", "basic authentication");
    }

    static RegistryError unsupported(String method, String path) {
        return new RegistryError(405, "UNSUPPORTED", "the operation is unsupported", method + " " + path);
    }

    static RegistryError notFound(String path) {
        return new RegistryError(404, "UNSUPPORTED", "no such endpoint", path);
    }

    /** A fault somebody asked for. */
    static RegistryError fault(int status) {
        return status == 401 ? unauthorized() : new RegistryError(status, "UNKNOWN", "unknown error", "a fault asked for by the sandbox");
    }

    static RegistryError internal(String detail) {
        return new RegistryError(500, "UNKNOWN", "unknown error", detail);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String detail() {
        return detail;
    }
}
