package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * All objects, and the count that versions them. One lock, this object's monitor, which is never held during I/O; whoever
 * reads and then writes does both in one {@link #step}. What is stored or handed out is never changed afterwards.
 */
final class Store {
    private final int historySize;
    private final Map<String, Shelf> shelves = new HashMap<>();
    private final Owners owners = new Owners();
    private long version;

    /** Objects of one moment, and which moment. */
    record Listing(List<ObjectNode> items, long version) {}

    /** @param historySize changes remembered per kind, and how far a watcher may fall behind */
    Store(int historySize) {
        this.historySize = historySize;
    }

    synchronized <T> T step(Supplier<T> step) {
        return step.get();
    }

    synchronized Optional<ObjectNode> find(Kind kind, String namespace, String name) {
        return Optional.ofNullable(shelf(kind).objects().get(Shelf.key(namespace, name)));
    }

    synchronized Listing list(Kind kind, Selection selection) {
        return new Listing(shelf(kind).select(selection), version);
    }

    /** Creates or replaces; gives the object its version, so its metadata must be the caller's own copy. */
    synchronized ObjectNode put(Kind kind, ObjectNode object) {
        object.withObject("metadata").put("resourceVersion", Long.toString(++version));
        ObjectNode before = shelf(kind).objects().put(Shelf.key(object), object);
        if (before != null) {
            owners.remove(kind, before);
        }
        owners.add(kind, object);
        shelf(kind).publish(new Change(version, before, object, false));
        return object;
    }

    synchronized void remove(Kind kind, ObjectNode object) {
        ObjectNode last = Trees.copyWithMetadata(object);
        last.withObject("metadata").put("resourceVersion", Long.toString(++version));
        ObjectNode before = shelf(kind).objects().remove(Shelf.key(object));
        owners.remove(kind, object);
        shelf(kind).publish(new Change(version, before, last, true));
    }

    synchronized List<Owners.Dependent> dependents(JsonNode owner) {
        return owners.dependents(owner.path("metadata").path("uid").asText());
    }

    synchronized boolean hasLivingOwner(JsonNode dependent) {
        return owners.anyLives(dependent);
    }

    /**
     * Starts a watch.
     *
     * @param since version after which to start; "" or "0": with all objects there are now
     */
    synchronized Watch watch(Kind kind, Selection selection, String since) {
        var watch = new Watch(selection, version, historySize);
        Shelf shelf = shelf(kind);
        if (since.isEmpty() || since.equals("0")) {
            shelf.select(selection).forEach(object -> watch.replay(new Change.Event("ADDED", object)));
        } else {
            shelf.replay(number(since), since, version, watch);
        }
        shelf.add(watch);
        return watch;
    }

    synchronized void stop(Kind kind, Watch watch) {
        shelf(kind).remove(watch);
    }

    synchronized int watches() {
        return shelves.values().stream().mapToInt(Shelf::watches).sum();
    }

    /** The version up to which this watch has heard everything; empty while it is behind. */
    synchronized OptionalLong bookmark(Watch watch) {
        return watch.idle() ? OptionalLong.of(version) : OptionalLong.empty();
    }

    private Shelf shelf(Kind kind) {
        return shelves.computeIfAbsent(kind.storage(), _ -> new Shelf(historySize));
    }

    private static long number(String version) {
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException _) {
            throw StatusException.badRequest("Invalid value: \"" + version + "\": resourceVersion is not a number");
        }
    }
}
