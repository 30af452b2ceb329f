package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The objects of one kind by namespace and name, the end of their history, and who watches them. Guarded by the store. */
final class Shelf {
    private final int historySize;
    private final TreeMap<String, ObjectNode> objects = new TreeMap<>();
    private final Deque<Change> history = new ArrayDeque<>();
    /** By what they pin: each of five thousand agents watches its own node and its pods, and is not woken for others. */
    private final Map<String, List<Watch>> watches = new HashMap<>();
    private long forgotten;

    Shelf(int historySize) {
        this.historySize = historySize;
    }

    static String key(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return key(metadata.path("namespace").asText(), metadata.path("name").asText());
    }

    static String key(String namespace, String name) {
        return namespace + "/" + name;
    }

    Map<String, ObjectNode> objects() {
        return objects;
    }

    /** Those that match, in the order of namespace and name. */
    List<ObjectNode> select(Selection selection) {
        String namespace = selection.namespace();
        // '0' follows '/': the range is exactly the namespace.
        Collection<ObjectNode> candidates =
                namespace.isEmpty() ? objects.values() : objects.subMap(namespace + "/", namespace + "0").values();
        var name = selection.fields().name();
        if (name.isPresent() && objects.get(key(namespace, name.get())) instanceof ObjectNode only) {
            candidates = List.of(only);
        }
        var selected = new ArrayList<ObjectNode>();
        candidates.stream().filter(selection::matches).forEach(selected::add);
        return selected;
    }

    void publish(Change change) {
        history.addLast(change);
        if (history.size() > historySize) {
            forgotten = history.removeFirst().version();
        }
        Stream<String> pins = Stream.concat(Stream.of(""), FieldSelector.pins(change.object()));
        if (change.before() instanceof ObjectNode before) {
            pins = Stream.concat(pins, FieldSelector.pins(before));
        }
        pins.distinct().forEach(pin -> watches.getOrDefault(pin, List.of()).forEach(watch -> watch.offer(change)));
    }

    /** All that came after a version, oldest first. */
    void replay(long since, String sinceText, long newest, Watch watch) {
        // A version from the future is one of another life of this server: that watcher has to list again, too.
        if (since < forgotten || since > newest) {
            watch.fail(StatusException.expired(sinceText, forgotten));
            return;
        }
        // From the end: most watchers have missed little of what may be a long history.
        var missed = new ArrayDeque<Change>();
        var newestFirst = history.descendingIterator();
        while (newestFirst.hasNext() && newestFirst.next() instanceof Change change && change.version() > since) {
            missed.addFirst(change);
        }
        missed.forEach(watch::replay);
    }

    void add(Watch watch) {
        watches.computeIfAbsent(watch.selection().fields().pin(), _ -> new ArrayList<>()).add(watch);
    }

    void remove(Watch watch) {
        watches.computeIfPresent(watch.selection().fields().pin(), (_, list) -> list.remove(watch) && list.isEmpty() ? null : list);
    }

    int watches() {
        return watches.values().stream().mapToInt(List::size).sum();
    }
}
