package dev.varve.systemd;

import java.util.Map;

/** What every entry says beside its message: set by whoever knows it, read by whoever logs, from any thread. */
public final class JournalFields {
    private volatile Map<String, String> fields = Map.of();

    /** In place of all that was said before. */
    public void set(Map<String, String> now) {
        fields = Map.copyOf(now);
    }

    Map<String, String> now() {
        return fields;
    }
}
