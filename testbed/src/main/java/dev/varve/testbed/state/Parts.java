package dev.varve.testbed.state;

import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.host.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processes of a testbed, each known by a line {@code name pid start} in a file. A process writes its own line and then
 * becomes what it is to be, so none ever runs unrecorded, whoever is killed in between.
 */
public final class Parts {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** $1: file, $2: name; the rest: what to become. */
    private static final String RECORD_AND_BECOME = """
            file=$1 name=$2
            shift 2
            stat=$(cat /proc/$$/stat)
            set -- $(printf '%s' "${stat##*) }" | cut -d' ' -f20) "$@"
            echo "$name $$ $1" >> "$file"
            shift
            exec setsid "$@"
            """;

    private final Home home;

    public Parts(Home home) {
        this.home = home;
    }

    /** Starts it detached, with both outputs in its log. */
    public Part start(String name, Map<String, String> environment, List<?> words) {
        var all = new ArrayList<Object>(List.of("sh", "-c", RECORD_AND_BECOME, "sh", file(), name));
        all.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(all.stream().map(String::valueOf).toList());
        builder.environment().putAll(environment);
        builder.directory(home.directory().toFile());
        builder.redirectInput(Path.of("/dev/null").toFile());
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.log(name).toFile())).redirectErrorStream(true);
        try {
            Process process = builder.start();
            return await(name, process);
        } catch (IOException broken) {
            throw new TestbedException("cannot start " + name + ": " + broken.getMessage(), broken);
        }
    }

    private Part await(String name, Process process) {
        Waiting.until(() -> recorded(process).isPresent() || !process.isAlive(), PATIENCE);
        return recorded(process).orElseThrow(() -> new TestbedException("cannot start " + name + ": " + lastWords(name)));
    }

    private Optional<Part> recorded(Process process) {
        return all().stream().filter(part -> part.pid() == process.pid()).reduce((before, last) -> last);
    }

    /** In the order of their starts; ended ones too. */
    public List<Part> all() {
        if (!Files.exists(file())) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(file())) {
            return lines.map(line -> line.split(" ")).filter(line -> line.length == 3)
                    .map(line -> new Part(line[0], Long.parseLong(line[1]), Long.parseLong(line[2]))).toList();
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + file() + ": " + unreadable.getMessage(), unreadable);
        }
    }

    public boolean isAlive(String name) {
        return all().stream().anyMatch(part -> part.name().equals(name) && part.isAlive());
    }

    /** Its last line of log, for a message about its end. */
    public String lastWords(String name) {
        try (Stream<String> lines = Files.lines(home.log(name))) {
            return lines.filter(line -> !line.isBlank()).reduce((before, last) -> last).orElse("it said nothing") + " (" + home.log(name) + ")";
        } catch (IOException | UncheckedIOException unreadable) {
            return "see " + home.log(name);
        }
    }

    public void stop(String name) {
        end(all().stream().filter(part -> part.name().equals(name)).toList());
    }

    /** Last started first: what needs others ends before them. */
    public void stopAll() {
        end(all().reversed());
    }

    private static void end(List<Part> parts) {
        for (Part part : parts) {
            signal(part, "TERM");
            if (!Waiting.until(() -> !part.isAlive(), PATIENCE)) {
                signal(part, "KILL");
                Waiting.until(() -> !part.isAlive(), PATIENCE);
            }
        }
    }

    private static void signal(Part part, String signal) {
        if (part.isAlive()) {
            Command.of("kill", "-" + signal, part.pid()).end();
        }
    }

    private Path file() {
        return home.file("processes");
    }

    /** Names of what should run and does not. */
    public List<String> dead() {
        List<Part> all = all();
        return all.stream().map(Part::name).distinct()
                .filter(name -> all.stream().noneMatch(part -> part.name().equals(name) && part.isAlive())).toList();
    }
}
