package dev.varve.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The journald of this machine takes what we write, and finds it by its fields; where there is none, nothing is shown. */
class JournaldContractTest {
    private static final Path SOCKET = Path.of("/run/systemd/journal/socket");

    @BeforeEach
    void aMachineWithAJournal() throws Exception {
        assumeTrue(Files.exists(SOCKET), "no journald here");
        assumeTrue(new ProcessBuilder("sh", "-c", "command -v journalctl").start().waitFor() == 0, "no journalctl here");
    }

    @Test
    void anEntryIsFoundByItsIdentifierAndField() {
        String identifier = "varve-test-" + UUID.randomUUID();
        try (var socket = JournalSocket.open(SOCKET)) {
            socket.send(new JournalEntry(Map.of("SYSLOG_IDENTIFIER", identifier, "VARVE_PHASE", "Draining", "MESSAGE", "one\ntwo")));
        }
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(found(identifier)).isEqualTo("one\ntwo\n"));
    }

    private static String found(String identifier) throws IOException {
        Process reader = new ProcessBuilder("journalctl", "--no-pager", "-o", "cat", "-t", identifier, "VARVE_PHASE=Draining").start();
        return new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
