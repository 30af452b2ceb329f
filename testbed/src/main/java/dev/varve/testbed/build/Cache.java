package dev.varve.testbed.build;

import dev.varve.contract.Durations;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Directories that were slow to make. The script that makes one knows by itself what of it is old, and is quick where nothing is. */
public final class Cache {
    /** A busy machine may take that much longer than a quiet one. */
    private static final int PATIENCE = 6;

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

    /** @param last what is written last of it: without that it is half-made, by somebody who lost patience */
    public boolean has(String name, String last) {
        return Files.exists(directory.resolve(name).resolve(last));
    }

    /**
     * @param last as in {@link #has}
     * @param usual how long it takes on 2 cores where nothing is there yet
     * @param maker is given the directory as its last word
     */
    public Path refresh(String name, String last, Duration usual, Command maker) {
        Path log = directory.resolve(name + ".log");
        if (!has(name, last)) {
            tell.accept("makes the " + name + ", once: about " + Durations.text(usual) + " (" + log + ")");
        }
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(log);
        } catch (IOException unusable) {
            throw new TestbedException("cannot use " + directory + ": " + unusable.getMessage(), unusable);
        }
        maker.and(directory.resolve(name)).logTo(log).within(usual.multipliedBy(PATIENCE)).run();
        return directory.resolve(name);
    }
}
