package dev.varve.testbed.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Debian packages that the testbed needs, from its own list; missing ones are installed. A line of the list is the name of a
 * package and, where anybody's will do, of the command that it is wanted for.
 */
public final class Packages {
    private static final Duration LONG = Duration.ofMinutes(15);

    private Packages() {}

    /** Names of the list that are not installed. */
    public static List<String> missing(Path list) {
        String installed = Command.of("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n").output();
        List<String> there = installed.lines().filter(line -> line.endsWith(" installed")).map(line -> line.substring(0, line.indexOf(' '))).toList();
        try (Stream<String> lines = Files.lines(list)) {
            return lines.map(line -> line.strip().split(" +"))
                    .filter(line -> !there.contains(line[0]) && !(line.length > 1 && onPath(line[1])))
                    .map(line -> line[0])
                    .toList();
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + list + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private static boolean onPath(String command) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }

    /**
     * @param installer {@code testbed/install}
     * @param log what apt says
     */
    public static void install(Path installer, List<String> names, Path log) {
        Command.of(installer).and(names.toArray()).within(LONG).logTo(log).run();
    }
}
