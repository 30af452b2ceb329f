package dev.varve.testbed;

import dev.varve.contract.Pullspec;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.parts.Certificates;
import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Parts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The agents of the nodes that kwok plays: one process with the real agent for each, on a simulated machine. */
final class Fleet {
    private static final String PART = "fleet";

    private final Home home;
    private final Parts parts;

    Fleet(Home home, Parts parts) {
        this.home = home;
        this.parts = parts;
    }

    /** @param base that the machines are installed with */
    void start(List<String> nodes, Pullspec base) {
        Certificates certificates = new Certificates(home);
        Together.run(nodes.stream().<Runnable>map(
                node -> () -> certificates.kubeconfig("node-" + node, "system:node:" + node, "system:nodes")).toList());
        run(nodes, base);
    }

    /** Machines anew, as they were installed. */
    void reinstall(List<String> nodes, Pullspec base) {
        parts.stop(PART);
        Command.of("rm", "-rf", "--one-file-system", home.file("fleet")).run();
        run(nodes, base);
    }

    private void run(List<String> nodes, Pullspec base) {
        var words = new ArrayList<Object>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java"), "-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), "dev.varve.testbed.FleetMain", home.index(), base));
        words.addAll(nodes);
        parts.start(PART, Map.of(), words);
    }
}
