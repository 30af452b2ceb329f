package dev.varve.testbed.build;

import dev.varve.contract.Durations;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Directories that were slow to make, under a name that says what they were made from. One is whole or absent: it is made
 * under another name and renamed, so a kill leaves none that is half made. Two who want the same one wait for each other.
 */
public final class Cache {
    /** Of one kind: the one in use, and the one before, for whoever goes back and forth between two branches. */
    private static final int KEPT = 2;

    private final Path directory;
    private final Consumer<String> tell;

    /** @param tell what is being made, and how long it will take */
    public Cache(Path directory, Consumer<String> tell) {
        this.directory = directory;
        this.tell = tell;
    }

    /** {@code XDG_CACHE_HOME}, or {@code ~/.cache}. */
    public static Path standard() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        return (xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg)).resolve("varve");
    }

    public boolean has(String name) {
        return Files.isDirectory(directory.resolve(name));
    }

    /** A directory whose maker knows by itself what of it is old, and is quick where nothing is. */
    public Path refresh(String name, Duration usual, Command maker) {
        Path wanted = directory.resolve(name);
        Path log = directory.resolve(name + ".log");
        if (!has(name)) {
            tell.accept("makes the " + name + ", once: about " + Durations.text(usual) + " (" + log + ")");
        }
        maker.and(wanted).logTo(log).within(usual.multipliedBy(6)).run();
        return wanted;
    }

    /**
     * @param maker is given the directory to fill, which does not exist yet, as its last word
     * @param usual how long it takes on 2 cores
     */
    public Path get(String kind, String key, Duration usual, Command maker) {
        Path wanted = directory.resolve(kind + "-" + key);
        if (Files.isDirectory(wanted)) {
            return wanted;
        }
        try {
            Files.createDirectories(directory);
            try (FileChannel lock = FileChannel.open(directory.resolve(kind + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                var held = lock.lock();
                if (held.isValid() && !Files.isDirectory(wanted)) {
                    make(kind, wanted, usual, maker);
                }
            }
            return wanted;
        } catch (IOException broken) {
            throw new TestbedException("cannot keep the " + kind + " in " + directory + ": " + broken.getMessage(), broken);
        }
    }

    private void make(String kind, Path wanted, Duration usual, Command maker) throws IOException {
        Path log = directory.resolve(kind + ".log");
        tell.accept("makes the " + kind + ", once: about " + Durations.text(usual) + " (" + log + ")");
        Files.deleteIfExists(log);
        Path half = directory.resolve(kind + ".new");
        maker.and(half).logTo(log).within(usual.multipliedBy(6)).run();
        Files.move(half, wanted);
        forgetOld(kind, wanted);
    }

    private void forgetOld(String kind, Path wanted) throws IOException {
        List<Path> old;
        try (Stream<Path> all = Files.list(directory)) {
            old = all.filter(path -> path.getFileName().toString().matches(kind + "-[0-9a-f]{16}")).filter(path -> !path.equals(wanted))
                    .sorted(Comparator.comparing(Cache::age).reversed()).skip(KEPT - 1).toList();
        }
        for (Path path : old) {
            Command.of("rm", "-rf", "--one-file-system", path).run();
        }
    }

    private static long age(Path path) {
        return path.toFile().lastModified();
    }
}
