package dev.varve.sandbox.host;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a GVariant {@code a{sv}} of booleans, strings, string lists and further dictionaries, as GLib lays them out
 * ("GVariant Specification", section 2.5): what libostree puts into {@code /run/ostree/staged-deployment}.
 */
final class GVariantDict {
    private static final int ENTRY_ALIGNMENT = 8;

    private GVariantDict() {}

    static byte[] bytes(Map<String, ?> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> ends = new ArrayList<>();
        for (Map.Entry<String, ?> value : values.entrySet()) {
            pad(out);
            out.writeBytes(entry(value.getKey(), value.getValue()));
            ends.add(out.size());
        }
        return withOffsets(out, ends);
    }

    private static byte[] entry(String key, Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(string(key));
        int endOfKey = out.size();
        pad(out);
        out.writeBytes(variant(value));
        return withOffsets(out, List.of(endOfKey));
    }

    private static byte[] variant(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (value) {
            case Boolean flag -> typed(out, new byte[] {(byte) (flag ? 1 : 0)}, "b");
            case String text -> typed(out, string(text), "s");
            case List<?> texts -> typed(out, strings(texts), "as");
            case Map<?, ?> map -> {
                @SuppressWarnings("unchecked")
                Map<String, ?> dictionary = (Map<String, ?>) map;
                typed(out, bytes(dictionary), "a{sv}");
            }
            default -> throw new IllegalArgumentException("no GVariant for " + value.getClass());
        }
        return out.toByteArray();
    }

    private static void typed(ByteArrayOutputStream out, byte[] value, String type) {
        out.writeBytes(value);
        out.write(0);
        out.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] strings(List<?> texts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Integer> ends = new ArrayList<>();
        for (Object text : texts) {
            out.writeBytes(string(text.toString()));
            ends.add(out.size());
        }
        return withOffsets(out, ends);
    }

    private static byte[] string(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static void pad(ByteArrayOutputStream out) {
        while (out.size() % ENTRY_ALIGNMENT != 0) {
            out.write(0);
        }
    }

    /** Offsets are as wide as the whole container, themselves included, needs them to be. */
    private static byte[] withOffsets(ByteArrayOutputStream out, List<Integer> ends) {
        int width = 1;
        while (width < 4 && (out.size() + (long) width * ends.size()) >> (8 * width) != 0) {
            width *= 2;
        }
        for (int end : ends) {
            for (int index = 0; index < width; index++) {
                out.write(end >> (8 * index));
            }
        }
        return out.toByteArray();
    }
}
