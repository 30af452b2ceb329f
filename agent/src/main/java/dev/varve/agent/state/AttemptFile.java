package dev.varve.agent.state;

import dev.varve.agent.decide.Attempt;
import dev.varve.contract.ContractException;
import dev.varve.contract.Json;
import dev.varve.contract.Tree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * {@code attempt.json} in the state directory. Written whole under another name, synced, renamed, and the directory synced:
 * after a power cut it holds the old attempt or the new one. One that cannot be read is set aside, never overwritten.
 */
public final class AttemptFile implements AttemptStore {
    private static final String NAME = "attempt.json";
    private final Path directory;
    private final Json json;

    /** @param directory is made where it is missing */
    public AttemptFile(Path directory, Json json) {
        this.directory = directory;
        this.json = json;
    }

    /**
     * What was found.
     *
     * @param problem one sentence where a file was there and could not be read, else ""
     */
    public record Loaded(Attempt attempt, String problem) {}

    @Override
    public Loaded load() {
        Path file = directory.resolve(NAME);
        try {
            Tree tree = Tree.named(NAME, json.read(Files.readString(file)));
            return new Loaded(AttemptForm.read(tree), "");
        } catch (NoSuchFileException none) {
            return new Loaded(Attempt.NONE, "");
        } catch (IOException | IllegalArgumentException | ContractException unreadable) {
            return new Loaded(Attempt.NONE, setAside(file, unreadable));
        }
    }

    @Override
    public void save(Attempt attempt) {
        Path file = directory.resolve(NAME);
        Path fresh = directory.resolve(NAME + ".new");
        try {
            Files.createDirectories(directory);
            ByteBuffer bytes = ByteBuffer.wrap((json.write(AttemptForm.write(attempt)) + "\n").getBytes(StandardCharsets.UTF_8));
            try (FileChannel out = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
                parent.force(true);
            }
        } catch (IOException failed) {
            throw new StateException("write " + file, failed);
        }
    }

    private String setAside(Path file, Exception unreadable) {
        Path aside = directory.resolve(NAME + ".unreadable");
        for (int n = 2; Files.exists(aside); n++) {
            aside = directory.resolve(NAME + ".unreadable-" + n);
        }
        try {
            Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new StateException("set " + file + " aside as " + aside, failed);
        }
        return file + " cannot be read (" + unreadable.getMessage() + "); it is kept as " + aside.getFileName()
                + ", and the facts alone decide";
    }
}
