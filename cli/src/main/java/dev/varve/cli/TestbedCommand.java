package dev.varve.cli;

import dev.varve.testbed.Down;
import dev.varve.testbed.Progress;
import dev.varve.testbed.Shell;
import dev.varve.testbed.Status;
import dev.varve.testbed.Up;
import dev.varve.testbed.build.Sources;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.state.Home;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code varve testbed}: a real Kubernetes on this machine, with nodes that really boot. */
@Command(
        name = "testbed",
        mixinStandardHelpOptions = true,
        description = "A real Kubernetes on this machine, with nodes that really boot. Linux, root; installs and builds what it needs.",
        subcommands = {TestbedCommand.UpCommand.class, TestbedCommand.DownCommand.class, TestbedCommand.StatusCommand.class, TestbedCommand.ShellCommand.class})
final class TestbedCommand implements Runnable {
    private static final int MOST_NODES = 6;
    private static final int MOST_FLEET = 1000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "testbed: up, down, status or shell?");
    }

    /** Options that all have. */
    static final class Which {
        @Option(names = "--index", paramLabel = "N", defaultValue = "0", description = "which one: several can be up side by side, 0 to 9 (default: ${DEFAULT-VALUE})")
        private int index;

        Home home() {
            return Home.of(index);
        }
    }

    @Command(name = "up", mixinStandardHelpOptions = true,
            description = "Builds what is missing (once; about 15 minutes), starts it (about a minute), and returns.")
    static final class UpCommand implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private Which which = new Which();

        @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "real nodes, 1 to 6 (default: ${DEFAULT-VALUE})")
        private int nodes;

        @Option(names = "--fleet", paramLabel = "N", defaultValue = "20",
                description = "simulated nodes beside them, 0 to 1000: kwok's, with real agents and simulated machines (default: ${DEFAULT-VALUE})")
        private int fleet;

        @Override
        public Integer call() {
            range("--nodes", nodes, 1, MOST_NODES);
            range("--fleet", fleet, 0, MOST_FLEET);
            new Up(which.home(), Sources.launched(), progress(spec)).up(nodes, fleet);
            return 0;
        }

        private static void range(String option, int given, int least, int most) {
            if (given < least || given > most) {
                throw new TestbedException(option + " " + given + ": want " + least + " to " + most);
            }
        }
    }

    @Command(name = "down", mixinStandardHelpOptions = true, description = "Takes it down, whatever is left of it; always works.")
    static final class DownCommand implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private Which which = new Which();

        @Override
        public Integer call() {
            new Down(which.home(), Sources.launched(), progress(spec)).down();
            return 0;
        }
    }

    @Command(name = "status", mixinStandardHelpOptions = true, description = "What of it runs. Exit code 1 where it is not whole.")
    static final class StatusCommand implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private Which which = new Which();

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            return new Status(which.home(), Sources.launched()).show(out) ? 0 : 1;
        }
    }

    @Command(name = "shell", mixinStandardHelpOptions = true,
            description = "A shell with kubectl and its kubeconfig; or, with a NODE, a root shell on that node.")
    static final class ShellCommand implements Callable<Integer> {
        @Mixin
        private Which which = new Which();

        @Parameters(arity = "0..1", paramLabel = "NODE", description = "a real node, e.g. worker-0")
        private @Nullable String node;

        @Override
        public Integer call() {
            return new Shell(which.home(), Sources.launched()).open(node);
        }
    }

    private static Progress progress(CommandSpec spec) {
        return new Progress(spec.commandLine().getOut(), InstantSource.system());
    }
}
