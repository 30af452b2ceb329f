package dev.varve.sandbox.builder;

import dev.varve.contract.Digest;
import dev.varve.contract.Names;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/**
 * One layer of an image.
 *
 * @param blob the archive, gzipped
 * @param diffId digest of the archive itself, as the image config wants it
 */
record Layer(Digest digest, Digest diffId, byte[] blob) {

    /** The same archive is always the same layer: the JDK writes no time into a gzip header. */
    static Layer of(byte[] tar) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(tar);
        } catch (IOException impossible) {
            throw new UncheckedIOException("a byte array takes what it is given", impossible);
        }
        byte[] blob = out.toByteArray();
        return new Layer(digest(blob), digest(tar), blob);
    }

    static Digest digest(byte[] bytes) {
        return new Digest("sha256:" + Names.sha256(bytes));
    }
}
