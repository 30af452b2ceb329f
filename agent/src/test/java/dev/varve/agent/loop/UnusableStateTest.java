package dev.varve.agent.loop;

import static dev.varve.agent.Images.B;
import static dev.varve.agent.loop.OneNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.contract.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state directory that takes nothing: the node stays in service, says why, and goes on when it can. On real file systems. */
class UnusableStateTest {
    private static final String QUICK = "{\"health\":{\"soak\":\"0s\"}}";

    @TempDir
    Path directory;

    private Path state;
    private Optional<Path> mounted = Optional.empty();
    private OneNode node;

    @BeforeEach
    void begin() throws IOException {
        state = Files.createDirectories(directory.resolve("state"));
        node = new OneNode(state, Clock.systemUTC(), QUICK);
    }

    @AfterEach
    void end() throws Exception {
        node.close();
        if (mounted.isPresent()) {
            run("umount", mounted.get().toString());
        }
    }

    @Test
    void aFullDiskKeepsTheNodeInServiceUntilThereIsRoom() throws Exception {
        mount("size=8k");
        Path filler = Files.write(state.resolve("filler"), new byte[8192]);
        node.startAgent();
        node.grant(B);
        await().until(node::isDegraded);
        assertThat(node.reason()).contains("attempt.json", "No space left on device", "neither cordons nor reboots");
        staysUntouched();

        Files.delete(filler);
        await().until(() -> node.api.phase().equals("Rebooting"));
        assertThat(node.reason()).isEmpty();
    }

    @Test
    void aDiskThatFillsUpBetweenStageAndGrantDoesToo() throws Exception {
        mount("size=8k");
        node.startAgent();
        node.api.annotate(Keys.PREFETCH, B.toString());
        await().until(() -> node.api.annotation(Keys.STAGED).isPresent());
        Path filler = state.resolve("filler");
        Files.write(filler, new byte[4096]);
        node.grant(B);
        await().until(node::isDegraded);
        staysUntouched();
        assertThat(Files.readString(state.resolve("attempt.json"))).as("what was remembered").contains(B.toString());

        Files.delete(filler);
        await().until(() -> node.api.phase().equals("Rebooting"));
    }

    @Test
    void aReadOnlyDirectoryIsNamed() throws Exception {
        mount("size=64k");
        run("mount", "-o", "remount,ro", state.toString());
        node.startAgent();
        node.grant(B);
        await().until(node::isDegraded);
        assertThat(node.reason()).contains(state.resolve("attempt.json").toString(), "Read-only file system");
        staysUntouched();

        run("mount", "-o", "remount,rw", state.toString());
        await().until(() -> node.api.phase().equals("Rebooting"));
    }

    @Test
    void aReadOnlyDirectoryWithAFileThatCannotBeReadToo() throws Exception {
        mount("size=64k");
        Files.writeString(state.resolve("attempt.json"), "{\"version\":1,\"phase\":\"Fina");
        run("mount", "-o", "remount,ro", state.toString());
        node.startAgent();
        node.grant(B);
        await().until(node::isDegraded);
        assertThat(node.reason()).contains("aside", "Read-only file system");
        staysUntouched();
    }

    /** Without rights to mount anything: a file stands where the directory should be. */
    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Files.delete(state);
        Files.writeString(state, "");
        node.startAgent();
        node.grant(B);
        await().until(node::isDegraded);
        assertThat(node.reason()).contains(state.toString());
        staysUntouched();
    }

    private void staysUntouched() {
        assertThat(node.api.unschedulable()).isFalse();
        assertThat(node.reboots()).isEmpty();
        assertThat(node.api.evicted).isEmpty();
    }

    private void mount(String option) throws Exception {
        assumeTrue(run("id", "-u").equals("0"), "only root may mount");
        run("mount", "-t", "tmpfs", "-o", option, "varve-test", state.toString());
        mounted = Optional.of(state);
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output.strip();
    }
}
