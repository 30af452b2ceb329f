package dev.varve.cli;

import dev.varve.bench.BenchException;
import dev.varve.sandbox.SandboxException;
import dev.varve.testbed.host.TestbedException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./varve}: bad input ends in one line and exit code 2, whatever the command. */
@Command(
        name = "varve",
        version = "varve 0.1.0",
        mixinStandardHelpOptions = true,
        description = "Moves Kubernetes nodes from one OS image to the next.")
public final class Main implements Runnable {
    /** Exit code for input that cannot be used. */
    public static final int BAD_INPUT = CommandLine.ExitCode.USAGE;

    /** The first is the default. */
    static final List<ClusterChoice> CLUSTERS = List.of(new SandboxChoice(), new TestbedChoice());

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String... arguments) {
        System.exit(commandLine(CLUSTERS).execute(arguments));
    }

    static CommandLine commandLine(List<ClusterChoice> clusters) {
        return new CommandLine(new Main())
                .addSubcommand(new QuickstartCommand(clusters))
                .addSubcommand(new TestbedCommand())
                .addSubcommand(new BenchCommand())
                .setParameterExceptionHandler((wrong, arguments) -> badInput(wrong.getCommandLine(), wrong.getMessage()))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(command, failure))
                .setCaseInsensitiveEnumValuesAllowed(false);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? try: varve quickstart");
    }

    private static int failed(CommandLine command, Exception failure) {
        if (failure instanceof SandboxException || failure instanceof TestbedException || failure instanceof BenchException) {
            return badInput(command, failure.getMessage());
        }
        LOG.error("{} failed", command.getCommandName(), failure);
        command.getErr().println("varve: this should not have happened: " + String.valueOf(failure).replaceAll("\\s*\\R\\s*", " ")
                + " (--log FILE keeps where)");
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static int badInput(CommandLine command, @Nullable String message) {
        String sentence = String.valueOf(message);
        command.getErr().println("varve: " + sentence.replaceAll("\\s*\\R\\s*", " ") + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
        return BAD_INPUT;
    }
}
