package dev.varve.agent.rpmostree;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.types.Variant;

/** Values as they come off the wire, without their wrappings. What is absent or of another type reads as empty. */
final class DBusValues {
    private DBusValues() {}

    static Object unwrapped(Object value) {
        return value instanceof Variant<?> variant ? variant.getValue() : value;
    }

    static Map<String, Object> dictionary(Object value) {
        Map<String, Object> plain = new LinkedHashMap<>();
        if (unwrapped(value) instanceof Map<?, ?> map) {
            map.forEach((key, item) -> plain.put(String.valueOf(key), unwrapped(item)));
        }
        return plain;
    }

    static List<?> list(Object value) {
        return switch (unwrapped(value)) {
            case List<?> list -> list;
            case Object[] struct -> List.of(struct);
            default -> List.of();
        };
    }

    static String text(Map<String, Object> dictionary, String key) {
        Object value = dictionary.get(key);
        return value == null ? "" : value.toString();
    }

    static boolean flag(Map<String, Object> dictionary, String key) {
        return Boolean.TRUE.equals(dictionary.get(key));
    }
}
