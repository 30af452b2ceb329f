package dev.varve.testbed.node;

import dev.varve.sandbox.Outage;
import dev.varve.sandbox.Cluster.PowerListener;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.state.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what the nodes' supervisors write when a boot has ended: a line {@code begun number deployment how until end}. */
public final class PowerWatch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int HOW = 3;

    private final Home home;
    private final PowerListener listener;
    private final Map<String, Integer> seen = new HashMap<>();
    private final Thread thread;

    public PowerWatch(Home home, List<String> nodes, PowerListener listener) {
        this.home = home;
        this.listener = listener;
        nodes.forEach(node -> seen.put(node, lines(node).size()));
        thread = Thread.ofVirtual().name("varve-power-watch").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                seen.replaceAll(this::tell);
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** A machine that was installed anew begins a new file. */
    private int tell(String node, int before) {
        List<String> lines = lines(node);
        lines.stream().skip(lines.size() < before ? 0 : before).forEach(line -> listener.wentDown(node, outage(line)));
        return lines.size();
    }

    private static Outage outage(String line) {
        return switch (line.split(" ")[HOW]) {
            case "reboot" -> Outage.REBOOT;
            case "poweroff" -> Outage.SWITCHED_OFF;
            default -> Outage.POWER_CUT;
        };
    }

    private List<String> lines(String node) {
        Path file = home.file("nodes").resolve(node).resolve("boots");
        try {
            String text = Files.readString(file);
            // The last one may still be written.
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (NoSuchFileException notYet) {
            return List.of();
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
