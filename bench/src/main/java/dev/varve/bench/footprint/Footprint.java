package dev.varve.bench.footprint;

import dev.varve.bench.BenchException;
import dev.varve.bench.Figure;
import dev.varve.bench.Machine;
import dev.varve.bench.Result;
import dev.varve.testbed.host.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** The table of what one agent costs, over several runs, each from an installed machine to an updated one that idles. */
public final class Footprint {
    private static final double RESIDENT_MEBIBYTES = 90;
    private static final double ANONYMOUS_MEBIBYTES = 45;
    private static final double FIRST_EVENT_SECONDS = 0.6;
    private static final double CPU_MILLISECONDS_PER_MINUTE = 150;
    private static final double REQUESTS_PER_UPDATE = 9;
    /** From Done until what is only done once, such as a connection's end, is over. */
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final double KIBI = 1024;

    private final Settings settings;
    private final Consumer<String> tell;

    /**
     * How it is measured.
     *
     * @param image archive of the agent's image
     * @param idle how long the idle agent is watched
     * @param moreOptions of the JVM, behind the image's own, over which they stand: to try what they bring
     */
    public record Settings(Path image, int runs, Duration idle, List<String> moreOptions) {
        public Settings {
            moreOptions = List.copyOf(moreOptions);
        }
    }

    private record Run(double firstEventSeconds, double firstEventCpu, double secondStartSeconds, ProcessFigures idle, double cpuMillisecondsPerMinute, Map<String, Integer> requests) {
        int events() {
            return requests.getOrDefault("event", 0);
        }

        int total() {
            return requests.values().stream().mapToInt(Integer::intValue).sum();
        }

        int watches() {
            return requests.entrySet().stream().filter(each -> each.getKey().startsWith("watch ")).mapToInt(Map.Entry::getValue).sum();
        }
    }

    /** @param tell what is being done now */
    public Footprint(Settings settings, Consumer<String> tell) {
        this.settings = settings;
        this.tell = tell;
    }

    /** @throws BenchException where it cannot be measured here */
    public Result measure() {
        if (!Command.of("unshare", "--mount", "true").end().good()) {
            throw new BenchException("the agent's image is run with mounts of its own, which this user may not make: run it as root");
        }
        Path directory = temporary();
        try {
            tell.accept("unpacks " + settings.image());
            UnpackedImage image = UnpackedImage.of(settings.image(), directory);
            Authority authority = Authority.make(directory);
            var runs = new ArrayList<Run>();
            for (int number = 1; number <= settings.runs(); number++) {
                tell.accept("run " + number + " of " + settings.runs());
                runs.add(run(image, authority, directory.resolve("r" + number)));
            }
            return result(image, runs);
        } finally {
            remove(directory);
        }
    }

    private Run run(UnpackedImage image, Authority authority, Path directory) {
        try (var node = new NodeInProcess(image, _ -> settings.moreOptions(), false, authority, directory)) {
            AgentProcess begins = node.boot();
            double first = seconds(begins.toFirstEvent());
            double cpuToFirst = milliseconds(begins.figures().cpuTicks());
            node.requests().forget();
            AgentProcess agent = node.update(NodeInProcess.IMAGE);
            double second = seconds(agent.toFirstEvent());
            pass(SETTLE);
            Map<String, Integer> requests = node.requests().counts();
            long began = System.nanoTime();
            long ticks = agent.figures().cpuTicks();
            pass(settings.idle());
            ProcessFigures idle = agent.figures();
            double minutes = (System.nanoTime() - began) / 60e9;
            double cpu = milliseconds(idle.cpuTicks() - ticks) / minutes;
            return new Run(first, cpuToFirst, second, idle, cpu, requests);
        }
    }

    private Result result(UnpackedImage image, List<Run> runs) {
        List<Figure> figures = List.of(
                figure("idle, resident", "MiB", runs, run -> run.idle().residentKibibytes() / KIBI, RESIDENT_MEBIBYTES),
                figure("idle, of it anonymous", "MiB", runs, run -> run.idle().anonymousKibibytes() / KIBI, ANONYMOUS_MEBIBYTES),
                figure("peak since its start, resident", "MiB", runs, run -> run.idle().peakKibibytes() / KIBI),
                figure("threads", "", runs, run -> run.idle().threads()),
                figure("CPU in an idle minute", "ms", runs, Run::cpuMillisecondsPerMinute, CPU_MILLISECONDS_PER_MINUTE),
                figure("from exec to the first event", "s", runs, Run::firstEventSeconds, FIRST_EVENT_SECONDS),
                figure("CPU until then, which a busy machine does not change", "ms", runs, Run::firstEventCpu),
                figure("from exec to the first event after the reboot", "s", runs, Run::secondStartSeconds, FIRST_EVENT_SECONDS),
                figure("API requests per update, no pods to drain", "", runs, Run::total, REQUESTS_PER_UPDATE),
                figure("of them events", "", runs, Run::events),
                figure("of them watches", "", runs, Run::watches));
        var versions = new LinkedHashMap<String, String>();
        versions.put("Java in the image", release(image));
        versions.put("image", settings.image().getFileName() + " of " + lastModified());
        var notes = new ArrayList<String>();
        notes.add("Requests of the last run: " + runs.getLast().requests() + ".");
        if (!settings.moreOptions().isEmpty()) {
            notes.add("With " + String.join(" ", settings.moreOptions()) + ".");
        }
        return new Result("One agent on one node, through an update; " + settings.runs() + " runs, idle for " + settings.idle().toSeconds() + " s each.",
                Machine.here(), versions, figures, notes);
    }

    private static Figure figure(String name, String unit, List<Run> runs, ToDoubleFunction<Run> value) {
        return new Figure(name, unit, runs.stream().map(value::applyAsDouble).toList(), OptionalDouble.empty());
    }

    private static Figure figure(String name, String unit, List<Run> runs, ToDoubleFunction<Run> value, double target) {
        return new Figure(name, unit, runs.stream().map(value::applyAsDouble).toList(), OptionalDouble.of(target));
    }

    private static double milliseconds(long ticks) {
        return ticks * 1000.0 / ProcessFigures.TICKS_PER_SECOND;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** To measure how much an agent does in a time, one has to let it pass. */
    private static void pass(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", ended);
        }
    }

    static void remove(Path directory) {
        Command.of("rm", "-rf", "--one-file-system", directory).run();
    }

    static Path temporary() {
        try {
            return Files.createTempDirectory(Path.of("/var/tmp"), "varve-bench");
        } catch (IOException failed) {
            throw new BenchException("cannot make a directory in /var/tmp: " + failed.getMessage(), failed);
        }
    }

    private static String release(UnpackedImage image) {
        try {
            return Files.readAllLines(image.root().resolve("opt/varve/java/release")).stream()
                    .filter(line -> line.startsWith("JAVA_RUNTIME_VERSION=") || line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceFirst("^[^=]*=", "").replace("\"", "")).findFirst().orElse("unknown");
        } catch (IOException unreadable) {
            throw new BenchException("the image has no Java runtime in /opt/varve/java: " + unreadable.getMessage(), unreadable);
        }
    }

    private String lastModified() {
        try {
            return Files.getLastModifiedTime(settings.image()).toString();
        } catch (IOException unreadable) {
            throw new BenchException("cannot read " + settings.image() + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
