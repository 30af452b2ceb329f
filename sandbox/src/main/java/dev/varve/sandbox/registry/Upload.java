package dev.varve.sandbox.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of one upload so far, never more than the limit. */
final class Upload {
    private static final int BUFFER = 64 << 10;
    // How much beyond the limit is read and dropped, so that the client hears why instead of losing its connection.
    private static final long DRAINED = 4;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final long limit;

    Upload(long limit) {
        this.limit = limit;
    }

    /** @throws RegistryError where the limit is passed; what was there before stays */
    synchronized void append(InputStream body) throws IOException {
        var chunk = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER];
        long total = bytes.size();
        for (int n = body.read(buffer); n >= 0 && total <= DRAINED * limit; n = body.read(buffer)) {
            total += n;
            if (total <= limit) {
                chunk.write(buffer, 0, n);
            }
        }
        if (total > limit) {
            throw RegistryError.tooLarge(limit);
        }
        chunk.writeTo(bytes);
    }

    synchronized int size() {
        return bytes.size();
    }

    synchronized byte[] toByteArray() {
        return bytes.toByteArray();
    }

    /** Value of the {@code Range} header: inclusive, and {@code 0-0} where there is nothing yet, as distribution says it. */
    synchronized String range() {
        return "0-" + Math.max(0, bytes.size() - 1);
    }
}
