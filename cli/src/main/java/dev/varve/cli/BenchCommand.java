package dev.varve.cli;

import dev.varve.bench.BenchException;
import dev.varve.bench.Result;
import dev.varve.bench.builds.BuildOverhead;
import dev.varve.bench.footprint.Footprint;
import dev.varve.testbed.build.Builds;
import dev.varve.testbed.build.Cache;
import dev.varve.testbed.build.Sources;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code varve bench}: the tables of docs/performance.md, measured on this machine. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures, and prints a table as in docs/performance.md.",
        subcommands = {BenchCommand.FootprintCommand.class, BenchCommand.BuildsCommand.class})
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "bench: of what? footprint or builds");
    }

    /** How a table is printed. */
    enum Output { table, json }

    /** Options that all have. */
    static final class Common {
        private static final int RUNS = 5;
        private static final int MOST = 100;

        @Option(names = "--runs", paramLabel = "N", description = "how often, 1 to 100 (default: 5, with --quick 1)")
        private @Nullable Integer runs;

        @Option(names = "--quick", description = "one run, and shorter: to see that it works, not to compare")
        private boolean quick;

        @Option(names = "--output", paramLabel = "FORM", defaultValue = "table", description = "table or json (default: ${DEFAULT-VALUE})")
        private Output output = Output.table;

        int runs() {
            int wanted = runs != null ? runs : quick ? 1 : RUNS;
            if (wanted < 1 || wanted > MOST) {
                throw new BenchException("--runs " + wanted + ": want 1 to " + MOST);
            }
            return wanted;
        }

        void print(Result result, PrintWriter out) {
            out.println(output == Output.json ? result.json() : result.table());
            out.flush();
        }
    }

    /** What is being done now, apart from the table. */
    private static Consumer<String> progress(CommandSpec spec) {
        return line -> {
            spec.commandLine().getErr().println(line);
            spec.commandLine().getErr().flush();
        };
    }

    @Command(name = "builds", mixinStandardHelpOptions = true, description = "What Varve adds to a build, on a sandbox.")
    static final class BuildsCommand implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private Common common = new Common();

        @Override
        public Integer call() {
            common.print(new BuildOverhead(common.runs(), progress(spec)).measure(), spec.commandLine().getOut());
            return 0;
        }
    }

    @Command(name = "footprint", mixinStandardHelpOptions = true,
            description = "What one agent costs its node: memory, threads, CPU, its start, and its requests for an update. Linux, root.")
    static final class FootprintCommand implements Callable<Integer> {
        private static final Duration IDLE = Duration.ofSeconds(60);
        private static final Duration QUICK_IDLE = Duration.ofSeconds(10);

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private Common common = new Common();

        @Option(names = "--image", paramLabel = "TAR", description = "archive of an agent's image (default: the one that deploy/images/build makes of this checkout)")
        private @Nullable Path image;

        @Option(names = "--java-option", paramLabel = "OPTION", description = "one more for the agent's JVM, to see what it brings; repeatable")
        private List<String> options = List.of();

        @Override
        public Integer call() {
            Consumer<String> tell = progress(spec);
            int runs = common.runs();
            var settings = new Footprint.Settings(archive(tell), runs, common.quick ? QUICK_IDLE : IDLE, options);
            common.print(new Footprint(settings, tell).measure(), spec.commandLine().getOut());
            return 0;
        }

        private Path archive(Consumer<String> tell) {
            if (image == null) {
                var builds = new Builds(Sources.launched(), new Cache(Cache.standard(), tell));
                return builds.images(builds.tree(builds.kubernetes())).resolve("varve-agent.tar");
            }
            if (!Files.isReadable(image)) {
                throw new BenchException("--image " + image + " cannot be read: give the archive of an image, varve-agent.tar of deploy/images/build");
            }
            return image;
        }
    }
}
