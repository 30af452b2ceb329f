package dev.varve.sandbox.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.freedesktop.dbus.types.Variant;

/** An option dictionary, read as rpm-ostree reads it: a key of the wrong type is as good as absent. */
record Options(Map<String, Object> values) {

    /** @param argument an {@code a{sv}} as it came from the bus */
    static Options of(Object argument) {
        Map<String, Object> values = new LinkedHashMap<>();
        ((Map<?, ?>) argument).forEach((key, value) -> values.put(key.toString(), ((Variant<?>) value).getValue()));
        return new Options(values);
    }

    boolean flag(String key) {
        return values.get(key) instanceof Boolean flag && flag;
    }

    Optional<String> text(String key) {
        return values.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    List<String> texts(String key) {
        return values.get(key) instanceof List<?> list ? list.stream().map(Object::toString).toList() : List.of();
    }

    Optional<String> commandLine() {
        return text("initiating-command-line");
    }
}
