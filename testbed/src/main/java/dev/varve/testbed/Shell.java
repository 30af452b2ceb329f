package dev.varve.testbed;

import dev.varve.testbed.build.Sources;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.state.Facts;
import dev.varve.testbed.state.Home;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An interactive shell beside the testbed, or on one of its nodes. */
public final class Shell {
    private final Home home;
    private final Sources sources;

    public Shell(Home home, Sources sources) {
        this.home = home;
        this.sources = sources;
    }

    /** Its exit code. */
    public int open(@Nullable String node) {
        Preflight.machine();
        Facts facts = Facts.read(home);
        if (node != null && !facts.machines().contains(node)) {
            throw new TestbedException("no node " + node + " to have a shell on: there are " + String.join(", ", facts.machines()));
        }
        List<String> words = node == null
                ? List.of("bash", "--norc", "-i")
                : List.of(sources.file("testbed/node/machine").toString(), "exec", node, "bash", "-l");
        Map<String, String> environment = Map.of(
                "KUBECONFIG", home.kubeconfig().toString(),
                "PATH", home.file("bin") + ":" + System.getenv("PATH"),
                "PS1", "testbed-" + home.index() + " \\w # ",
                "STATE", home.directory().toString(),
                "N", home.indexText());
        ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            // Ctrl-C is the shell's to answer: this process must not leave before it and give the terminal to two.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> await(process), "varve-shell"));
            return await(process);
        } catch (IOException broken) {
            throw new TestbedException("cannot start a shell: " + broken.getMessage(), broken);
        }
    }

    private static int await(Process process) {
        while (true) {
            try {
                return process.waitFor();
            } catch (InterruptedException again) {
                // The shell's end is what counts; it is the person who ends it.
                if (!process.isAlive()) {
                    Thread.currentThread().interrupt();
                    return process.exitValue();
                }
            }
        }
    }
}
