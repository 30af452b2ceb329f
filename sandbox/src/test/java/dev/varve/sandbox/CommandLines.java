package dev.varve.sandbox;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Calls the command line in this process, and keeps what it printed. */
public final class CommandLines {
    public record Result(int code, String out, String err) {}

    private CommandLines() {}

    public static Result varve(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return new Result(command.execute(arguments), out.toString(), err.toString());
    }
}
