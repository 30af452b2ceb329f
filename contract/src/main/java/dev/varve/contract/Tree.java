package dev.varve.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place in a tree of plain JSON values, which knows its path: a value of the wrong type is refused with the path and the
 * value. A missing value is never an error here, and a null is as good as missing.
 */
public record Tree(String path, @Nullable Object value) {

    public static Tree root(@Nullable Object value) {
        return new Tree("", value);
    }

    /** A tree whose messages start with the name of the object or annotation that it came from. */
    public static Tree named(String name, @Nullable Object value) {
        return new Tree(name, value);
    }

    public boolean present() {
        return value != null;
    }

    /** The value under a key; an absent one where this is absent. Dots are part of the key. */
    public Tree at(String key) {
        return new Tree(path.isEmpty() ? key : path + "." + key, value == null ? null : map().get(key));
    }

    public Optional<String> string() {
        return as(String.class, "a string");
    }

    public String string(String fallback) {
        return string().orElse(fallback);
    }

    /** Empty where absent or the empty string: for names, where "" means nothing. */
    public Optional<String> text() {
        return string().filter(s -> !s.isEmpty());
    }

    public Optional<Boolean> bool() {
        return as(Boolean.class, "true or false");
    }

    /** @throws ContractException where the number has a fraction or does not fit an int */
    public Optional<Integer> integer() {
        Optional<Number> number = as(Number.class, "a whole number");
        if (number.isPresent() && number.get().doubleValue() != number.get().intValue()) {
            throw new ContractException(path, value, "want a whole number");
        }
        return number.map(Number::intValue);
    }

    /** A duration as Kubernetes writes it: {@code 90s}, {@code 1h30m}. */
    public Optional<Duration> duration() {
        return string().map(text -> Durations.parse(path, text));
    }

    /** The entries, empty where absent. */
    public Map<String, @Nullable Object> map() {
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new ContractException(path, value, "want an object");
        }
        var entries = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, entry) -> entries.put(String.valueOf(key), entry));
        return entries;
    }

    /** The string entries, empty where absent. */
    public Map<String, String> strings() {
        var strings = new LinkedHashMap<String, String>();
        map().keySet().forEach(key -> at(key).string().ifPresent(text -> strings.put(key, text)));
        return strings;
    }

    /** The elements with their index in the path, empty where absent. */
    public List<Tree> list() {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw new ContractException(path, value, "want a list");
        }
        var elements = new ArrayList<Tree>();
        for (int i = 0; i < list.size(); i++) {
            elements.add(new Tree(path + "[" + i + "]", list.get(i)));
        }
        return elements;
    }

    private <T> Optional<T> as(Class<T> type, String expected) {
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw new ContractException(path, value, "want " + expected);
        }
        return Optional.of(type.cast(value));
    }
}
