package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step in the history of an object.
 *
 * @param version what the store counted to with this change
 * @param before absent at its creation
 * @param object as it is now, or as it was last, with the version of this change in it
 */
record Change(long version, @Nullable ObjectNode before, ObjectNode object, boolean deleted) {

    record Event(String type, ObjectNode object) {}

    /** What a watcher hears: an object that starts or stops matching appears or vanishes for it, as in the real server. */
    Optional<Event> seenBy(Selection selection) {
        boolean was = before != null && selection.matches(before);
        boolean is = !deleted && selection.matches(object);
        if (is) {
            return Optional.of(new Event(was ? "MODIFIED" : "ADDED", object));
        }
        if (!was || before == null) {
            return Optional.empty();
        }
        ObjectNode last = Trees.copyWithMetadata(before);
        last.withObject("metadata").set("resourceVersion", object.path("metadata").path("resourceVersion"));
        return Optional.of(new Event("DELETED", last));
    }
}
