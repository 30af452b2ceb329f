package dev.varve.testbed.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Debian packages that the testbed needs, from its own list; missing ones are installed. */
public final class Packages {
    private static final Duration LONG = Duration.ofMinutes(15);

    private Packages() {}

    /** Names of the list that are not installed. */
    public static List<String> missing(Path list) {
        String installed = Command.of("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n").output();
        List<String> there = installed.lines().filter(line -> line.endsWith(" installed")).map(line -> line.substring(0, line.indexOf(' '))).toList();
        try (Stream<String> lines = Files.lines(list)) {
            return lines.map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).filter(name -> !there.contains(name)).toList();
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + list + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** @param log what apt says */
    public static void install(List<String> names, Path log) {
        Command apt = Command.of("apt-get").with(Map.of("DEBIAN_FRONTEND", "noninteractive")).within(LONG).logTo(log);
        apt.and("update", "-qq").run();
        apt.and("install", "-y", "-qq", "--no-install-recommends").and(names.toArray()).run();
    }
}
