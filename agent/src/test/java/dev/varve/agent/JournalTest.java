package dev.varve.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.loop.Situation;
import dev.varve.contract.MessageId;
import dev.varve.contract.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path hostRun;

    private final Journal journal = new Journal();
    private final List<String> complaints = new ArrayList<>();

    @Test
    void withoutAJournaldItSaysSoOnceAndGoesOn() {
        assertThat(journal.handler(hostRun, "worker-0", complaints::add)).isEmpty();
        assertThat(complaints).singleElement().asString().contains("no journald at " + hostRun.resolve("systemd/journal/socket"));
    }

    @Test
    void anEntryCarriesNodePhaseImageDigestAndTry() throws Exception {
        try (var reader = new DatagramReader(socket().toString())) {
            Handler handler = journal.handler(hostRun, "worker-0", complaints::add).orElseThrow();
            journal.about(new Situation(Phase.Draining, "evicts", Optional.of(Images.B), 3));
            handler.publish(new LogRecord(Level.INFO, "Draining: 2 pods have to go"));
            assertThat(reader.next().lines()).containsExactlyInAnyOrder(
                    "MESSAGE=Draining: 2 pods have to go",
                    "PRIORITY=6",
                    "SYSLOG_IDENTIFIER=varve-agent",
                    "VARVE_NODE=worker-0",
                    "VARVE_PHASE=Draining",
                    "VARVE_IMAGE=" + Images.B,
                    "VARVE_DIGEST=" + Images.B.requireDigest(),
                    "VARVE_ATTEMPT=3");
            handler.close();
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void whereNothingIsWantedNoImageIsNamed() throws Exception {
        try (var reader = new DatagramReader(socket().toString())) {
            Handler handler = journal.handler(hostRun, "worker-0", complaints::add).orElseThrow();
            journal.about(new Situation(Phase.Draining, "evicts", Optional.of(Images.B), 3));
            journal.about(new Situation(Phase.Idle, "idle", Optional.empty(), 1));
            handler.publish(new LogRecord(Level.INFO, "Idle: no image is wanted of this node"));
            assertThat(reader.next()).contains("VARVE_PHASE=Idle").doesNotContain("VARVE_IMAGE", "VARVE_DIGEST", "VARVE_ATTEMPT");
            handler.close();
        }
    }

    @Test
    void aMessageOfAKnownKindCarriesItsId() throws Exception {
        try (var reader = new DatagramReader(socket().toString())) {
            Handler handler = journal.handler(hostRun, "worker-0", complaints::add).orElseThrow();
            Logger logger = Logger.getLogger("dev.varve.agent");
            logger.addHandler(handler);
            try {
                journal.ends();
                logger.info("of no kind");
            } finally {
                logger.removeHandler(handler);
            }
            assertThat(reader.next().lines()).contains("MESSAGE_ID=" + MessageId.ENDS.id(), "PRIORITY=6");
            assertThat(reader.next()).contains("of no kind").doesNotContain(MessageId.FIELD);
            handler.close();
        }
    }

    private Path socket() throws IOException {
        return Files.createDirectories(hostRun.resolve("systemd/journal")).resolve("socket");
    }
}
