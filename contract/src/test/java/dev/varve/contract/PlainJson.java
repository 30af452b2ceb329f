package dev.varve.contract;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** For tests only: reads the few texts it was given, since this module has no JSON library. */
record PlainJson(Map<String, Object> known) implements Json {

    @Override
    public @Nullable Object read(String text) {
        if (!known.containsKey(text)) {
            throw new IllegalArgumentException("not JSON");
        }
        return known.get(text);
    }

    @Override
    public String write(@Nullable Object value) {
        return known.entrySet().stream().filter(e -> e.getValue().equals(value)).map(Map.Entry::getKey).findFirst().orElseThrow();
    }

    static PlainJson none() {
        return new PlainJson(Map.of());
    }

    static PlainJson of(String text, Object value) {
        return new PlainJson(Map.of(text, value));
    }
}
