package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes what a watch hears, one JSON text a line, until time is up, the client is gone or the server stops. */
final class WatchStream {
    private final Store store;
    private final Reply.Stream reply;
    private final Pace pace;
    private final OutputStream out;

    /**
     * How watches are kept.
     *
     * @param history changes remembered per kind: a client may be that far behind before it has to list again
     * @param heartbeat after so long without a change a blank is sent, which every JSON reader skips: that a client has gone
     *     is only noticed by writing to it, and its watch must not stay for ever
     * @param bookmark between two bookmarks; the real server sends them about once a minute
     */
    record Pace(int history, Duration heartbeat, Duration bookmark) {}

    WatchStream(Store store, Reply.Stream reply, Pace pace, OutputStream out) {
        this.store = store;
        this.reply = reply;
        this.pace = pace;
        this.out = out;
    }

    /** @throws IOException where the client is gone */
    void run() throws IOException, InterruptedException {
        long end = System.nanoTime() + reply.limit().toNanos();
        long bookmarkDue = System.nanoTime() + pace.bookmark().toNanos();
        replay();
        out.flush();
        while (System.nanoTime() < end && reply.watch().failure().isEmpty()) {
            Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            Optional<Change.Event> event = reply.watch().next(left.compareTo(pace.heartbeat()) < 0 ? left : pace.heartbeat());
            if (event.isPresent()) {
                write(event.get().type(), reply.view().apply(event.get().object()));
            } else if (System.nanoTime() > bookmarkDue && reply.bookmarks()) {
                bookmark(false);
                bookmarkDue = System.nanoTime() + pace.bookmark().toNanos();
            } else {
                out.write(' ');
            }
            out.flush();
        }
        if (reply.watch().failure().isPresent()) {
            write("ERROR", reply.watch().failure().get().status());
        }
        out.flush();
    }

    private void replay() throws IOException {
        Optional<Change.Event> event = reply.watch().replayed();
        while (event.isPresent()) {
            write(event.get().type(), reply.view().apply(event.get().object()));
            event = reply.watch().replayed();
        }
        if (reply.initialEnd()) {
            bookmark(true);
        }
    }

    private void bookmark(boolean initialEnd) throws IOException {
        OptionalLong version = store.bookmark(reply.watch());
        if (version.isEmpty() && !initialEnd) {
            return;
        }
        ObjectNode object = Trees.object().put("kind", reply.kind().kind()).put("apiVersion", reply.kind().apiVersion());
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(version.orElse(reply.watch().started())));
        if (initialEnd) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        write("BOOKMARK", object);
    }

    private void write(String type, JsonNode object) throws IOException {
        out.write(Request.JSON.writeValueAsBytes(Trees.object().put("type", type).set("object", object)));
        out.write('\n');
    }
}
