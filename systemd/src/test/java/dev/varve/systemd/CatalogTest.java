package dev.varve.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.contract.MessageId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of message has its explanation, in a form that systemd's own compiler of catalogs takes. */
class CatalogTest {
    private static final Path CATALOG = Path.of("..", "deploy", "journal", "varve.catalog");

    @TempDir
    Path root;

    @Test
    void eachMessageIsExplainedOnce() throws Exception {
        assertThat(Files.readAllLines(CATALOG).stream().filter(line -> line.startsWith("-- ")))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(MessageId.values()).map(message -> "-- " + message.id()).toList());
    }

    @Test
    void systemdTakesIt() throws Exception {
        assumeTrue(new ProcessBuilder("sh", "-c", "command -v journalctl").start().waitFor() == 0, "no journalctl here");
        Files.createDirectories(root.resolve("var/lib/systemd/catalog"));
        Files.copy(CATALOG, Files.createDirectories(root.resolve("usr/lib/systemd/catalog")).resolve("varve.catalog"));
        String option = "--root=" + root;
        String made = OwnJvm.output(List.of("journalctl", option, "--update-catalog"));
        String listed = OwnJvm.output(List.of("journalctl", option, "--no-pager", "--list-catalog"));
        assertThat(listed).as(made).hasLineCount(MessageId.values().length)
                .contains(MessageId.REBOOTS.id() + " Varve: @VARVE_NODE@ reboots into its new image");
    }
}
