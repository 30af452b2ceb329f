package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The fields of an event that {@code v1} and {@code events.k8s.io/v1} call differently; the object is one and the same. */
final class EventFields {
    private static final Map<String, String> CORE_TO_EVENTS = Map.of(
            "involvedObject", "regarding",
            "message", "note",
            "reportingComponent", "reportingController",
            "count", "deprecatedCount",
            "source", "deprecatedSource",
            "firstTimestamp", "deprecatedFirstTimestamp",
            "lastTimestamp", "deprecatedLastTimestamp");

    private EventFields() {}

    static void rename(ObjectNode object, String toGroup) {
        if (!object.path("kind").asText().equals("Event")) {
            return;
        }
        boolean toCore = toGroup.isEmpty();
        CORE_TO_EVENTS.forEach((core, events) -> {
            if (object.has(toCore ? events : core)) {
                object.set(toCore ? core : events, object.remove(toCore ? events : core));
            }
        });
    }

    /** A field selector of {@code events.k8s.io} as one of {@code v1}, which is what is stored. */
    static String selector(String fields, String group) {
        return group.equals("events.k8s.io") ? fields.replace("regarding.", "involvedObject.") : fields;
    }
}
