package dev.varve.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** systemd's own journald takes what we write, and its own reader finds it by its fields. */
class JournaldContractTest {
    private static Journald journald;

    private final String identifier = "varve-test-" + UUID.randomUUID();

    @BeforeAll
    static void aMachineWithAJournal() throws Exception {
        journald = Journald.oneOrSkip();
    }

    @AfterAll
    static void end() throws Exception {
        if (journald != null) {
            journald.close();
        }
    }

    @Test
    void anEntryIsFoundByItsIdentifierAndField() throws Exception {
        send(Map.of("VARVE_PHASE", "Draining", "MESSAGE", "one\ntwo"));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(found("-o", "cat", "VARVE_PHASE=Draining")).isEqualTo("one\ntwo\n"));
        assertThat(found("-o", "cat", "VARVE_PHASE=Staging")).isEmpty();
    }

    @Test
    void aFieldOfAMebibyteArrivesWhole() throws Exception {
        String text = "0123456789abcdef".repeat(1 << 16);
        send(Map.of("VARVE_PHASE", "Draining", "MESSAGE", "long", "VARVE_TEXT", text));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(
                () -> assertThat(found("-o", "cat", "--output-fields=VARVE_TEXT", "--all", "MESSAGE=long").strip()).isEqualTo(text));
        assertThat(found("-o", "verbose", "VARVE_PHASE=Draining")).contains("_TRANSPORT=journal", "_PID=" + ProcessHandle.current().pid());
    }

    private void send(Map<String, String> fields) {
        var all = new LinkedHashMap<>(fields);
        all.put("SYSLOG_IDENTIFIER", identifier);
        try (var socket = JournalSocket.open(journald.socket())) {
            socket.send(new JournalEntry(all));
        }
    }

    private String found(String... options) throws IOException {
        var command = new ArrayList<>(journald.reader());
        command.addAll(List.of("--no-pager", "-t", identifier));
        command.addAll(List.of(options));
        Process reader = new ProcessBuilder(command).start();
        return new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
