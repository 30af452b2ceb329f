package dev.varve.sandbox.quickstart;

import dev.varve.sandbox.Cluster;
import java.util.List;

/** Says, before anything else, what is real in this run and what is simulated. */
final class FirstScreen {
    private FirstScreen() {}

    static void show(Screen screen, Cluster.Parts parts) {
        screen.say("Varve quick start");
        screen.say("");
        part(screen, "real", parts.real());
        part(screen, "simulated", parts.simulated());
    }

    private static void part(Screen screen, String kind, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            screen.say("%-10s %s".formatted(i == 0 ? kind : "", lines.get(i)));
        }
    }
}
