package dev.varve.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a real datagram socket. */
class JournalHandlerTest {
    @TempDir
    Path directory;

    private Map<String, String> fields = Map.of();
    private final List<String> complaints = new ArrayList<>();
    private Path socket;
    private JournalHandler handler;

    @BeforeEach
    void open() {
        socket = directory.resolve("socket");
        handler = new JournalHandler(
                JournalSocket.open(socket), Map.of("SYSLOG_IDENTIFIER", "test", "VARVE_NODE", "worker-0"), () -> fields, complaints::add);
    }

    @AfterEach
    void close() {
        handler.close();
    }

    @Test
    void anEntryHasItsPriorityItsTextAndWhatIsKnownNow() throws Exception {
        try (var journal = new JournalUnderTest(socket)) {
            fields = Map.of("VARVE_PHASE", "Staging", "VARVE_ATTEMPT", "2");
            log(Level.WARNING, "das geht schief: größer als {0}");
            fields = Map.of("VARVE_PHASE", "Draining");
            log(Level.INFO, "weiter");
            assertThat(journal.entries()).containsExactly(
                    Map.of("SYSLOG_IDENTIFIER", "test", "VARVE_NODE", "worker-0", "VARVE_PHASE", "Staging", "VARVE_ATTEMPT", "2",
                            "PRIORITY", "4", "MESSAGE", "das geht schief: größer als {0}"),
                    Map.of("SYSLOG_IDENTIFIER", "test", "VARVE_NODE", "worker-0", "VARVE_PHASE", "Draining",
                            "PRIORITY", "6", "MESSAGE", "weiter"));
        }
    }

    @Test
    void textFromOutsideForgesNeitherFieldsNorLines() throws Exception {
        try (var journal = new JournalUnderTest(socket)) {
            log(Level.INFO, "a\nPRIORITY=0\u001b[2J\u009b");
            assertThat(journal.entries()).singleElement().satisfies(fields -> assertThat(fields)
                    .contains(entry("MESSAGE", "a?PRIORITY=0?[2J?"), entry("PRIORITY", "6")));
        }
    }

    @Test
    void aStackTraceIsOnLinesOfItsOwn() throws Exception {
        try (var journal = new JournalUnderTest(socket)) {
            var record = new LogRecord(Level.SEVERE, "failed");
            record.setThrown(new IllegalStateException("why"));
            handler.publish(record);
            Map<String, String> fields = journal.entries().getFirst();
            assertThat(fields).contains(entry("PRIORITY", "3"));
            assertThat(fields.get("MESSAGE")).startsWith("failed\njava.lang.IllegalStateException: why\n\tat ").hasLineCount(
                    2 + record.getThrown().getStackTrace().length);
        }
    }

    @Test
    void whatIsTooLongForADatagramComesWholeAsASealedFile() throws Exception {
        try (var journal = new JournalUnderTest(socket)) {
            String text = "x".repeat(1 << 20) + "ü";
            log(Level.INFO, text);
            log(Level.INFO, "short");
            assertThat(journal.entries()).extracting(fields -> fields.get("MESSAGE")).containsExactly(text, "short");
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void whatIsTooLongIsCutWithAMark() throws Exception {
        try (var journal = new JournalUnderTest(socket)) {
            log(Level.INFO, "ü".repeat(3_000_000));
            assertThat(journal.entries()).singleElement().satisfies(fields -> assertThat(fields.get("MESSAGE"))
                    .startsWith("üü").endsWith("ü [cut here, of 3000000 characters]").hasSizeLessThan(JournalEntry.LONGEST + 100));
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void aJournalThatComesBackIsWrittenAgainAndToldWhatItLost() throws Exception {
        try (var journal = new JournalUnderTest(socket)) {
            log(Level.INFO, "one");
            assertThat(journal.entries()).hasSize(1);
        }
        log(Level.INFO, "two");
        log(Level.INFO, "three");
        assertThat(complaints).singleElement().asString().contains(socket.toString(), "until it does");
        try (var journal = new JournalUnderTest(socket)) {
            log(Level.INFO, "four");
            assertThat(journal.entries()).extracting(fields -> fields.get("MESSAGE"))
                    .containsExactly("2 entries are missing here: standard error, the container's log, has what they said", "four");
        }
    }

    @Test
    void aJournalThatDoesNotReadHoldsNobodyUp() throws Exception {
        try (var journal = new JournalUnderTest(socket)) {
            while (complaints.isEmpty()) {
                log(Level.INFO, "more than the socket's queue holds");
            }
            journal.entries();
            log(Level.INFO, "heard again");
            assertThat(journal.entries()).extracting(fields -> fields.get("MESSAGE"))
                    .containsExactly("1 entry is missing here: standard error, the container's log, has what they said", "heard again");
        }
    }

    @Test
    void afterItsEndItIsSilent() throws Exception {
        try (var journal = new JournalUnderTest(socket)) {
            handler.close();
            log(Level.INFO, "late");
            assertThat(journal.entries()).isEmpty();
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void aNameThatJournaldWouldDropIsRefused() {
        assertThatThrownBy(() -> new JournalEntry(Map.of("_UID", "0"))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("_UID");
    }

    @Test
    void aPathThatNoSocketCanHaveIsToldByName() {
        assertThatThrownBy(() -> JournalSocket.open(directory.resolve("x".repeat(108)))).isInstanceOf(JournalException.class)
                .hasMessageContaining("xxx");
    }

    private void log(Level level, String message) {
        handler.publish(new LogRecord(level, message));
    }
}
