package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one kind as last seen, by watch or as the answer to an own write; of two versions the newer one wins.
 * That own writes are seen at once keeps a controller from creating a pod twice because the watch is a moment late.
 */
final class Seen<T extends HasMetadata> implements ResourceEventHandler<T> {
    private static final int TOMBSTONES = 4_096;

    private final Map<String, T> byUid = new HashMap<>();
    // A late answer to an own write must not bring a deleted object back.
    private final Map<String, Boolean> deleted = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > TOMBSTONES;
        }
    };
    private final Runnable changed;
    // Null after a change: a turn asks many times, and sorting hundreds of pods each time would be felt.
    private @Nullable List<T> sorted;

    Seen(Runnable changed) {
        this.changed = changed;
    }

    void put(T object) {
        synchronized (this) {
            String uid = object.getMetadata().getUid();
            if (deleted.containsKey(uid)) {
                return;
            }
            sorted = null;
            byUid.merge(uid, object, (had, now) -> version(now) >= version(had) ? now : had);
        }
        changed.run();
    }

    void remove(T object) {
        synchronized (this) {
            sorted = null;
            deleted.put(object.getMetadata().getUid(), true);
            byUid.remove(object.getMetadata().getUid());
        }
        changed.run();
    }

    /** All as of now, oldest object first: controllers must not depend on the order of a hash map. */
    synchronized List<T> list() {
        List<T> list = sorted;
        if (list == null) {
            list = byUid.values().stream()
                    .sorted(Comparator.comparing((T o) -> String.valueOf(o.getMetadata().getCreationTimestamp()))
                            .thenComparing(o -> o.getMetadata().getName()))
                    .toList();
            sorted = list;
        }
        return list;
    }

    @Override
    public void onAdd(T object) {
        put(object);
    }

    @Override
    public void onUpdate(T before, T after) {
        put(after);
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
        remove(object);
    }

    // Revisions of one store: comparable as numbers, by the API conventions since Kubernetes 1.35.
    private static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }
}
