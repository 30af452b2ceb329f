package dev.varve.testbed;

import dev.varve.systemd.JournalEntry;
import dev.varve.systemd.JournalSocket;
import java.nio.file.Path;
import java.util.Map;

/** Runs in the agent's container: writes one entry whose message is so many times "x". */
final class LongEntry {
    private LongEntry() {}

    public static void main(String[] arguments) {
        try (var socket = JournalSocket.open(Path.of("/host/run/systemd/journal/socket"))) {
            socket.send(new JournalEntry(Map.of("VARVE_PHASE", arguments[0], "MESSAGE", "x".repeat(Integer.parseInt(arguments[1])))));
        }
    }
}
