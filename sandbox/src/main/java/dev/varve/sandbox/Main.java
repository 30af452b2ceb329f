package dev.varve.sandbox;

import dev.varve.sandbox.quickstart.QuickstartCommand;
import org.jspecify.annotations.Nullable;
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
        description = "Moves Kubernetes nodes from one OS image to the next.",
        subcommands = QuickstartCommand.class)
public final class Main implements Runnable {
    /** Exit code for input that cannot be used. */
    public static final int BAD_INPUT = CommandLine.ExitCode.USAGE;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setParameterExceptionHandler((wrong, arguments) -> badInput(wrong.getCommandLine(), wrong.getMessage()))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(command, failure))
                .setCaseInsensitiveEnumValuesAllowed(false);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? try: varve quickstart");
    }

    private static int failed(CommandLine command, Exception failure) throws Exception {
        if (failure instanceof SandboxException) {
            return badInput(command, failure.getMessage());
        }
        throw failure;
    }

    private static int badInput(CommandLine command, @Nullable String message) {
        String sentence = String.valueOf(message);
        command.getErr().println("varve: " + sentence.replaceAll("\\s*\\R\\s*", " ") + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
        return BAD_INPUT;
    }
}
