package dev.varve.controller.decide.render;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one spelling of a tree of plain values: keys sorted, no spaces, nothing escaped that need not be. What is hashed is
 * hashed in this form, so it may never change.
 */
public final class CanonicalJson {
    private final StringBuilder out = new StringBuilder();

    private CanonicalJson() {}

    /** @throws IllegalArgumentException where the tree holds something that is no JSON value */
    public static String text(@Nullable Object value) {
        var writer = new CanonicalJson();
        writer.write(value);
        return writer.out.toString();
    }

    public static byte[] bytes(@Nullable Object value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    private void write(@Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case String text -> quote(text);
            case Boolean bool -> out.append(bool.booleanValue());
            case Number number -> number(number);
            case Map<?, ?> map -> object(map);
            case List<?> list -> array(list);
            default -> throw new IllegalArgumentException("no JSON value: " + value.getClass().getName());
        }
    }

    private void number(Number number) {
        double exact = number.doubleValue();
        if (number instanceof Double || number instanceof Float) {
            if (!Double.isFinite(exact)) {
                throw new IllegalArgumentException("no JSON number: " + number);
            }
            // 3.0 and 3 are the same JSON number.
            out.append(exact == Math.rint(exact) && Math.abs(exact) < 1e15 ? Long.toString((long) exact) : Double.toString(exact));
        } else {
            out.append(number);
        }
    }

    private void object(Map<?, ?> map) {
        var sorted = new TreeMap<String, @Nullable Object>();
        map.forEach((key, entry) -> sorted.put(String.valueOf(key), entry));
        out.append('{');
        for (Iterator<Map.Entry<String, @Nullable Object>> entries = sorted.entrySet().iterator(); entries.hasNext(); ) {
            var entry = entries.next();
            quote(entry.getKey());
            out.append(':');
            write(entry.getValue());
            out.append(entries.hasNext() ? "," : "");
        }
        out.append('}');
    }

    private void array(List<?> list) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            out.append(i > 0 ? "," : "");
            write(list.get(i));
        }
        out.append(']');
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
