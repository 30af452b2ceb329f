package dev.varve.controller.kube.render;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What was read a moment ago: a pool is turned for each change of each of its nodes, and that must not become a request each.
 *
 * @param <V> what is read
 */
public final class Remembered<V> {
    private final Function<V, Duration> validity;
    private final ConcurrentMap<String, Entry<V>> entries = new ConcurrentHashMap<>();

    private record Entry<V>(V value, Instant until) {}

    /** @param validity how long a value may be used */
    public Remembered(Function<V, Duration> validity) {
        this.validity = validity;
    }

    /** The value remembered under the key, or read now. A read that throws is not remembered. */
    public V get(String key, Instant now, Supplier<V> read) {
        Entry<V> entry = entries.get(key);
        if (entry != null && now.isBefore(entry.until())) {
            return entry.value();
        }
        entries.values().removeIf(old -> !now.isBefore(old.until()));
        V value = read.get();
        entries.put(key, new Entry<>(value, now.plus(validity.apply(value))));
        return value;
    }
}
