package dev.varve.agent.rpmostree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.agent.host.HostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedLockTest {
    private static final String LOCKED = "6c6f636b65640000010062070c";
    private static final String UNLOCKED = "6c6f636b65640000000062070c";

    @TempDir Path run;
    private Path staged;

    @BeforeEach
    void makeDirectory() throws Exception {
        staged = Files.createDirectories(run.resolve("ostree")).resolve("staged-deployment");
    }

    @Test
    void isOffWhereNothingIsStaged() {
        assertThat(new StagedLock(run).isOn()).isFalse();
    }

    @Test
    void readsTheKeyOfTheFile() throws Exception {
        Files.write(staged, HexFormat.of().parseHex(LOCKED));
        assertThat(new StagedLock(run).isOn()).isTrue();
        Files.write(staged, HexFormat.of().parseHex(UNLOCKED));
        assertThat(new StagedLock(run).isOn()).isFalse();
    }

    @Test
    void honoursTheOlderLockFileAsLibostreeDoes() throws Exception {
        Files.write(staged, HexFormat.of().parseHex(UNLOCKED));
        Files.createFile(run.resolve("ostree/staged-deployment-locked"));
        assertThat(new StagedLock(run).isOn()).isTrue();
    }

    @Test
    void namesTheFileItCannotRead() throws Exception {
        Files.writeString(staged, "nonsense");
        assertThatThrownBy(() -> new StagedLock(run).isOn()).isInstanceOf(HostException.class).hasMessageContaining(staged.toString());
    }
}
