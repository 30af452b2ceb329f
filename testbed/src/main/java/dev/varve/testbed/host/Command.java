package dev.varve.testbed.host;

import dev.varve.contract.Durations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One command of this machine, run to its end. What it says goes to files, never through pipes: a daemon that a command
 * leaves behind would hold a pipe open.
 *
 * @param within longest time it may take; then it and its children are killed
 * @param log both outputs are added to this file; without it they are read and thrown away
 */
public record Command(List<String> words, Map<String, String> environment, Duration within, @Nullable Path log) {
    private static final Duration DEFAULT = Duration.ofMinutes(2);

    /** @param code exit code; 0 is success */
    public record Ended(int code, String output, String error) {
        public boolean good() {
            return code == 0;
        }
    }

    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    public static Command of(Object... words) {
        return new Command(Arrays.stream(words).map(String::valueOf).toList(), Map.of(), DEFAULT, null);
    }

    public Command and(Object... more) {
        List<String> all = Stream.concat(words.stream(), Arrays.stream(more).map(String::valueOf)).toList();
        return new Command(all, environment, within, log);
    }

    public Command with(Map<String, String> more) {
        var all = new LinkedHashMap<>(environment);
        all.putAll(more);
        return new Command(words, all, within, log);
    }

    public Command within(Duration longest) {
        return new Command(words, environment, longest, log);
    }

    public Command logTo(Path file) {
        return new Command(words, environment, within, file);
    }

    /**
     * What it printed.
     *
     * @throws TestbedException where it failed, with the last line of what it said
     */
    public String output() {
        return required().output();
    }

    /** As {@link #output()}, for its effect. */
    public void run() {
        required();
    }

    private Ended required() {
        Ended ended = end();
        if (!ended.good()) {
            throw new TestbedException("\"" + shown() + "\" failed (exit code " + ended.code() + "): " + lastLine(ended)
                    + (log == null ? "" : " (all of it is in " + log + ")"));
        }
        return ended;
    }

    /** @throws TestbedException only where it cannot be started or takes too long */
    public Ended end() {
        try {
            Path output = log == null ? Files.createTempFile("varve", ".out") : log;
            Path error = log == null ? Files.createTempFile("varve", ".err") : log;
            try {
                int code = await(start(output, error));
                return new Ended(code, text(output), text(error));
            } finally {
                if (log == null) {
                    Files.deleteIfExists(output);
                    Files.deleteIfExists(error);
                }
            }
        } catch (IOException broken) {
            throw new TestbedException("cannot run \"" + shown() + "\": " + broken.getMessage(), broken);
        }
    }

    private Process start(Path output, Path error) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.redirectError(ProcessBuilder.Redirect.appendTo(error.toFile()));
        return builder.start();
    }

    private int await(Process process) {
        try {
            if (process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            kill(process);
            throw new TestbedException("interrupted while \"" + shown() + "\" ran", ended);
        }
        kill(process);
        throw new TestbedException("\"" + shown() + "\" was killed: it took longer than " + Durations.text(within)
                + (log == null ? "" : " (what it said is in " + log + ")"));
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static String lastLine(Ended ended) {
        String said = ended.error().isBlank() ? ended.output() : ended.error();
        return said.strip().lines().reduce((before, last) -> last).map(String::strip).orElse("it said nothing");
    }

    private String shown() {
        String all = String.join(" ", words);
        return all.length() <= 120 ? all : all.substring(0, 117) + "...";
    }
}
