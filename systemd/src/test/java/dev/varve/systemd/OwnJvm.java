package dev.varve.systemd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A main of the tests in a JVM of its own, for what only a process can be told or do. */
final class OwnJvm {
    private OwnJvm() {}

    /** @param options of the JVM, then the class */
    static List<String> command(String... options) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(Arrays.asList(options));
        return command;
    }

    /** All that it prints, by either stream. */
    static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    static List<String> shell(String script, List<String> command) {
        return Stream.concat(Stream.of("unshare", "--mount", "sh", "-c", script, "sh"), command.stream()).toList();
    }
}
