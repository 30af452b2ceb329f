package dev.varve.agent.rpmostree;

import java.nio.charset.StandardCharsets;

/**
 * Reads a boolean out of a serialised GVariant {@code a{sv}}: entries are aligned to 8; after them stand the offsets of their
 * ends, little-endian, as wide as the size of the whole needs them to be; an entry is a key, a variant and the offset of the
 * key's end; a variant is a value, a NUL and its type ("GVariant Specification", sections 2.3 and 2.5).
 */
final class GVariantDict {
    private static final int ALIGNMENT = 8;

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final int width;

    private GVariantDict(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        int size = end - start;
        this.width = size > 0xffff ? 4 : size > 0xff ? 2 : 1;
    }

    /**
     * False where the key is absent or of another type, as {@code g_variant_lookup} has it.
     *
     * @throws IllegalArgumentException where the bytes are no {@code a{sv}}
     */
    static boolean flag(byte[] bytes, String key) {
        return bytes.length > 0 && new GVariantDict(bytes, 0, bytes.length).findFlag(key);
    }

    private boolean findFlag(String key) {
        int offsets = start + offset(end - width);
        if (offsets > end - width || (end - offsets) % width != 0) {
            throw malformed("its end offsets");
        }
        int from = start;
        for (int at = offsets; at < end; at += width) {
            int to = start + offset(at);
            if (to > offsets || to < from) {
                throw malformed("the end of an entry");
            }
            if (new GVariantDict(bytes, from, to).isTrueEntry(key)) {
                return true;
            }
            from = aligned(to);
        }
        return false;
    }

    private boolean isTrueEntry(String key) {
        if (end - start <= width) {
            throw malformed("an entry");
        }
        int keyEnd = start + offset(end - width);
        if (keyEnd <= start || keyEnd > end - width || bytes[keyEnd - 1] != 0) {
            throw malformed("the end of a key");
        }
        if (!new String(bytes, start, keyEnd - 1 - start, StandardCharsets.UTF_8).equals(key)) {
            return false;
        }
        int value = aligned(keyEnd);
        // One byte of boolean, the NUL, and the type.
        return end - width - value == 3 && bytes[value + 1] == 0 && bytes[value + 2] == 'b' && bytes[value] == 1;
    }

    /** Entries start at multiples of 8 of the whole, and the whole starts at 0. */
    private static int aligned(int position) {
        return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private int offset(int at) {
        if (at < start) {
            throw malformed("an offset");
        }
        long value = 0;
        for (int index = 0; index < width; index++) {
            value |= (long) (bytes[at + index] & 0xff) << (8 * index);
        }
        return (int) Math.min(value, bytes.length + 1L);
    }

    private IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException("not a GVariant a{sv}: " + what + " is wrong between bytes " + start + " and " + end);
    }
}
