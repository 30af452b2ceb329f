package dev.varve.bench.footprint;

import dev.varve.bench.BenchException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The agent in its image, as a container would run it: with the image's root, its environment only, and the machine's {@code /run},
 * boot id and command line in the place of this machine's. The mounts are in a name space that ends with it.
 */
final class AgentProcess implements AutoCloseable {
    /** Its first word that needs both a Node from the API server and the host's answer. */
    private static final String FIRST_EVENT = "The agent begins:";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Mounts, says when the agent's program starts, and becomes it: the process keeps its number. */
    private static final String PRELUDE = """
            set -e
            root=$1 machine=$2; shift 2
            mkdir -p "$root/host/run" "$root/proc" "$root/var/lib/varve"
            mount --make-rprivate /
            mount -t proc proc "$root/proc"
            mount --bind "$machine/proc/sys/kernel/random/boot_id" "$root/proc/sys/kernel/random/boot_id"
            mount --bind "$machine/proc/cmdline" "$root/proc/cmdline"
            mount --rbind /dev "$root/dev"
            mount --bind "$machine/run" "$root/host/run"
            mount --bind "$machine/var/lib/varve" "$root/var/lib/varve"
            echo "exec $(date +%s%N)"
            exec chroot "$root" "$@"
            """;

    private final Process process;
    private final CompletableFuture<Instant> executed = new CompletableFuture<>();
    private final CompletableFuture<Instant> firstEvent = new CompletableFuture<>();
    private final List<String> log = new ArrayList<>();

    private final Thread reader;

    private AgentProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** @param settings the agent's environment beside what the image sets */
    static AgentProcess start(UnpackedImage image, Path machineRoot, Map<String, String> settings, List<String> moreOptions) {
        var command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", PRELUDE, "sh", image.root().toString(), machineRoot.toString()));
        command.addAll(withOptions(image.entrypoint(), moreOptions));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.putAll(image.environment());
        environment.putAll(settings);
        try {
            return new AgentProcess(builder.start());
        } catch (IOException failed) {
            throw new BenchException("cannot start the agent: " + failed.getMessage(), failed);
        }
    }

    /** Behind the image's own, of which a later one wins, and before the main class. */
    static List<String> withOptions(List<String> entrypoint, List<String> more) {
        var command = new ArrayList<>(entrypoint);
        command.addAll(entrypoint.size() - 1, more);
        return command;
    }

    /** From the start of its program until it knew its node and its host. */
    Duration toFirstEvent() {
        return Duration.between(within(executed), within(firstEvent));
    }

    ProcessFigures figures() {
        if (!process.isAlive()) {
            throw dead();
        }
        return ProcessFigures.of(process.pid());
    }

    /** Asks it to end, and waits until it has. */
    void end() {
        // By its handle: Process.destroy would close its output, too, and it has last words.
        process.toHandle().destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new BenchException("the agent does not end; it said: " + log());
            }
            reader.join();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /** As a power cut ends it. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private Instant within(CompletableFuture<Instant> moment) {
        try {
            return moment.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException never) {
            throw dead();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", ended);
        }
    }

    /** All that it has said, on one line. */
    String log() {
        synchronized (log) {
            return String.join(" | ", log);
        }
    }

    private BenchException dead() {
        return new BenchException("the agent did not begin, or has ended; it said: " + log());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (IOException ended) {
            firstEvent.completeExceptionally(ended);
        } finally {
            firstEvent.completeExceptionally(new IOException("ended"));
            executed.completeExceptionally(new IOException("ended"));
        }
    }

    private void heard(String line) {
        if (line.startsWith("exec ")) {
            executed.complete(Instant.EPOCH.plusNanos(Long.parseLong(line.substring("exec ".length()))));
        } else if (line.contains(FIRST_EVENT)) {
            firstEvent.complete(Instant.now());
        }
        synchronized (log) {
            log.add(line);
        }
    }
}
