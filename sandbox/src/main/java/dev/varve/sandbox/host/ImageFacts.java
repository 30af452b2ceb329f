package dev.varve.sandbox.host;

import dev.varve.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * What a registry says of an image.
 *
 * @param digest of the platform's manifest
 * @param bootable has the label {@code ostree.bootable} or {@code containers.bootc}
 * @param architecture as in the image's config, e.g. {@code amd64}
 * @param version label {@code org.opencontainers.image.version}
 * @param layers in the order in which they are fetched
 */
public record ImageFacts(
        Digest digest, boolean bootable, String architecture, String version, Instant created, List<Layer> layers) {

    /**
     * One layer.
     *
     * @param bytes compressed size
     * @param chunk of the base image; otherwise on top of it
     */
    public record Layer(Digest digest, long bytes, boolean chunk) {}

    private static final long CHUNK_BYTES = 62_914_560;
    private static final long CUSTOM_BYTES = 2_097_152;

    public ImageFacts {
        layers = List.copyOf(layers);
    }

    /** A bootable amd64 image: two base chunks that all images of that version share, and one layer of its own. */
    public static ImageFacts bootable(Digest digest, String version, Instant created) {
        List<Layer> layers =
                List.of(
                        new Layer(hash("chunk 0 of " + version), CHUNK_BYTES, true),
                        new Layer(hash("chunk 1 of " + version), CHUNK_BYTES / 2, true),
                        new Layer(hash("layer of " + digest), CUSTOM_BYTES, false));
        return new ImageFacts(digest, true, "amd64", version, created, layers);
    }

    static Digest hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return new Digest("sha256:" + HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
