package dev.varve.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.agent.Images;
import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Cordon;
import dev.varve.agent.decide.FailureClass;
import dev.varve.agent.decide.Finalization;
import dev.varve.agent.decide.Trouble;
import dev.varve.contract.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptFileTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123Z");
    static final Attempt FULL = new Attempt(
            Optional.of(Images.B),
            Phase.Finalizing,
            "boot-1",
            Cordon.Held,
            Images.B.digest(),
            Optional.of(NOW),
            Optional.of(new Finalization(Images.B, List.of("nosmt"), "boot-1", NOW, true, true)),
            2,
            Optional.of(new Attempt.RollBackIntent("boot-1", NOW, "not \"Ready\"\n")),
            Optional.of(new Trouble(Phase.Staging, FailureClass.Space, "disk \u00a0full", 3, Optional.of(NOW), true)),
            List.of(Images.C.requireDigest(), Images.A.requireDigest()),
            Optional.of(Images.A),
            Optional.of(new Attempt.Confirmed("boot-0", Images.A, List.of("audit=0"))),
            Optional.of(new Attempt.Health(NOW, Optional.of(NOW))));

    @TempDir
    Path directory;

    private Path path;
    private AttemptFile file;

    @BeforeEach
    void begin() {
        path = directory.resolve("attempt.json");
        file = new AttemptFile(directory, new JacksonJson());
    }

    @Test
    void readsBackWhatItWrote() {
        file.save(FULL);
        assertThat(file.load()).isEqualTo(new AttemptFile.Loaded(FULL, ""));
        file.save(Attempt.NONE);
        assertThat(file.load()).isEqualTo(new AttemptFile.Loaded(Attempt.NONE, ""));
    }

    @Test
    void beginsWithNothingWhereThereIsNoFile() {
        assertThat(new AttemptFile(directory.resolve("not/yet"), new JacksonJson()).load().attempt()).isEqualTo(Attempt.NONE);
    }

    @Test
    void makesItsDirectory() {
        var deep = new AttemptFile(directory.resolve("a/b"), new JacksonJson());
        deep.save(FULL);
        assertThat(deep.load().attempt()).isEqualTo(FULL);
    }

    @Test
    void aFileCutAtAnyByteIsSetAsideAndNeverHalfRead() throws IOException {
        file.save(FULL);
        byte[] whole = Files.readAllBytes(path);
        int text = whole.length - 1; // The last byte is the end of the line.
        for (int length = 0; length < text; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            AttemptFile.Loaded loaded = file.load();
            assertThat(loaded.attempt()).as("cut at %d", length).isEqualTo(Attempt.NONE);
            assertThat(loaded.problem()).contains("attempt.json", "kept as attempt.json.unreadable");
            assertThat(path).doesNotExist();
            Files.deleteIfExists(directory.resolve("attempt.json.unreadable"));
        }
    }

    @Test
    void everyUnreadableFileIsKept() throws IOException {
        for (String content : List.of("one", "two")) {
            Files.writeString(path, content);
            file.load();
        }
        assertThat(directory.resolve("attempt.json.unreadable")).hasContent("one");
        assertThat(directory.resolve("attempt.json.unreadable-2")).hasContent("two");
    }

    @Test
    void anotherVersionIsNotGuessedAt() throws IOException {
        file.save(FULL);
        Files.writeString(path, Files.readString(path).replace("\"version\":1", "\"version\":2"));
        assertThat(file.load().problem()).contains("version");
    }

    @Test
    void aHalfWrittenNewFileDoesNotHideTheOldOne() throws IOException {
        file.save(FULL);
        Files.writeString(directory.resolve("attempt.json.new"), "{\"version\":");
        assertThat(file.load().attempt()).isEqualTo(FULL);
        file.save(Attempt.NONE);
        assertThat(file.load().attempt()).isEqualTo(Attempt.NONE);
        assertThat(directory.resolve("attempt.json.new")).doesNotExist();
    }

    @Test
    void saysWhatItCouldNotWrite() throws IOException {
        Path notADirectory = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> new AttemptFile(notADirectory, new JacksonJson()).save(FULL))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("write " + notADirectory.resolve("attempt.json"));
    }
}
