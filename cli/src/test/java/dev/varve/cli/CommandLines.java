package dev.varve.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** Calls the command line in this process, and keeps what it printed. */
final class CommandLines {
    record Result(int code, String out, String err) {}

    private CommandLines() {}

    static Result varve(String... arguments) {
        return varve(Main.CLUSTERS, arguments);
    }

    static Result varve(List<ClusterChoice> clusters, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine(clusters);
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return new Result(command.execute(arguments), out.toString(), err.toString());
    }
}
