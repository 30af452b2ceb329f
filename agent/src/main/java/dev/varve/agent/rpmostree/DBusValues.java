package dev.varve.agent.rpmostree;

import dev.varve.agent.host.HostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.types.Variant;

/** Values as they come off the wire, without their wrappings. What is absent reads as empty, what is of another type is refused. */
final class DBusValues {
    private DBusValues() {}

    static Object unwrapped(Object value) {
        return value instanceof Variant<?> variant ? variant.getValue() : value;
    }

    static Map<String, Object> dictionary(Object value) {
        Map<String, Object> plain = new LinkedHashMap<>();
        if (!(unwrapped(value) instanceof Map<?, ?> map)) {
            throw unexpected("a dictionary", value);
        }
        map.forEach((key, item) -> plain.put(String.valueOf(key), unwrapped(item)));
        return plain;
    }

    static List<?> list(Object value) {
        return switch (unwrapped(value)) {
            case List<?> list -> list;
            case Object[] struct -> List.of(struct);
            default -> throw unexpected("a list", value);
        };
    }

    static String text(Map<String, Object> dictionary, String key) {
        Object value = dictionary.get(key);
        if (value instanceof Map || value instanceof List || value instanceof Object[]) {
            throw unexpected(key + " as text", value);
        }
        return value == null ? "" : value.toString();
    }

    static boolean flag(Map<String, Object> dictionary, String key) {
        return Boolean.TRUE.equals(dictionary.get(key));
    }

    private static HostException unexpected(String wanted, Object value) {
        String type = value instanceof Variant<?> variant ? variant.getSig() : value.getClass().getSimpleName();
        return new HostException("read the host's answer", "", "want " + wanted + ", and it is of type " + type);
    }
}
