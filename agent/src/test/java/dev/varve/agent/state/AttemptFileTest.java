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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
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
        for (int length = 0; length < whole.length; length++) {
            isSetAside(Arrays.copyOf(whole, length), "cut at " + length);
        }
    }

    @Test
    void aFileWithAnyByteChangedIsSetAsideAndNeverBelieved() throws IOException {
        file.save(FULL);
        byte[] whole = Files.readAllBytes(path);
        for (int at = 0; at < whole.length; at++) {
            for (int change : new int[] {1, 0x20, 0x80, 0xff}) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) change;
                isSetAside(changed, "byte " + at + " changed by " + change);
            }
        }
    }

    @Test
    void aFileWithMoreBehindItOrWithoutASumIsSetAside() throws IOException {
        file.save(FULL);
        String whole = Files.readString(path);
        isSetAside((whole + whole).getBytes(StandardCharsets.UTF_8), "twice");
        isSetAside((whole + "\n").getBytes(StandardCharsets.UTF_8), "one line more");
        isSetAside("{\"version\":1}\n".getBytes(StandardCharsets.UTF_8), "without a sum");
        isSetAside(new byte[2 << 20], "2 MiB");
    }

    private void isSetAside(byte[] content, String what) throws IOException {
        Files.write(path, content);
        AttemptFile.Loaded loaded = file.load();
        assertThat(loaded.attempt()).as(what).isEqualTo(Attempt.NONE);
        assertThat(loaded.problem()).as(what).contains("attempt.json", "kept as attempt.json.unreadable").doesNotContain("\n");
        assertThat(path).doesNotExist();
        Files.delete(directory.resolve("attempt.json.unreadable"));
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
        String other = "{\"version\":2}";
        var crc = new CRC32();
        crc.update(other.getBytes(StandardCharsets.UTF_8));
        Files.writeString(path, "{\"version\":2,\"sum\":\"%08x\"}\n".formatted(crc.getValue()));
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
