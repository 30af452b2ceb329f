package dev.varve.controller.kube.status;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The last status of each pool, for people and the page {@code /api/pools}. Safe for use by several threads. */
public final class PoolReport {
    private final Map<String, Map<String, @Nullable Object>> pools = new ConcurrentSkipListMap<>();

    void put(String pool, Map<String, @Nullable Object> status) {
        pools.put(pool, status);
    }

    void remove(String pool) {
        pools.remove(pool);
    }

    /** Status by pool, in the form of the API. */
    public Map<String, Map<String, @Nullable Object>> pools() {
        return Map.copyOf(pools);
    }
}
