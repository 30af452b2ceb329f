package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** What goes back to the client. */
sealed interface Reply {

    record Tree(int code, JsonNode body) implements Reply {}

    record Text(String body) implements Reply {}

    /**
     * Changes for as long as the client listens.
     *
     * @param view what the client asked to see of an object
     * @param bookmarks whether the client asked for them
     * @param initialEnd whether the end of what there was is to be marked
     */
    record Stream(Kind kind, Watch watch, UnaryOperator<ObjectNode> view, boolean bookmarks, boolean initialEnd, Duration limit)
            implements Reply {}

    static Reply ok(JsonNode body) {
        return new Tree(200, body);
    }
}
