package dev.varve.systemd;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real journald: the machine's own, or where there is none, as in a container, one of a namespace of its own that root can
 * start by hand, and that leaves nothing behind.
 */
record Journald(Path socket, List<String> reader, Optional<Process> process, List<Path> leftovers) {
    private static final Path MACHINES_OWN = Path.of("/run/systemd/journal/socket");
    private static final Path PROGRAM = Path.of("/usr/lib/systemd/systemd-journald");
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    static Journald oneOrSkip() throws Exception {
        assumeTrue(new ProcessBuilder("sh", "-c", "command -v journalctl").start().waitFor() == 0, "no journalctl here");
        if (Files.exists(MACHINES_OWN)) {
            return new Journald(MACHINES_OWN, List.of("journalctl"), Optional.empty(), List.of());
        }
        boolean startable = Files.isExecutable(PROGRAM) && Files.isReadable(MACHINE_ID) && Files.isWritable(Path.of("/run"));
        assumeTrue(startable, "no journald here, and none that this user can start");
        String name = "varve" + ProcessHandle.current().pid();
        String machine = Files.readString(MACHINE_ID).strip();
        Process process = new ProcessBuilder(PROGRAM.toString(), name)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Path run = Path.of("/run/systemd/journal." + name);
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(run.resolve("socket")));
        return new Journald(run.resolve("socket"), List.of("journalctl", "--namespace=" + name), Optional.of(process),
                List.of(run, Path.of("/var/log/journal", machine + "." + name), Path.of("/run/log/journal", machine + "." + name)));
    }

    void close() throws IOException, InterruptedException {
        if (process.isPresent()) {
            process.get().destroy();
            process.get().waitFor(20, TimeUnit.SECONDS);
        }
        for (Path directory : leftovers) {
            if (Files.exists(directory)) {
                try (Stream<Path> all = Files.walk(directory)) {
                    for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
        }
    }
}
