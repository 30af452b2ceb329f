package dev.varve.contract;

import org.jspecify.annotations.Nullable;

/**
 * JSON text to and from plain values ({@code Map}, {@code List}, {@code String}, {@code Number}, {@code Boolean}, null).
 * The caller brings the library: this module has none.
 */
public interface Json {
    /** @throws IllegalArgumentException where the text is not one JSON value */
    @Nullable Object read(String text);

    /** Compact, keys in the order of the map. */
    String write(@Nullable Object value);
}
