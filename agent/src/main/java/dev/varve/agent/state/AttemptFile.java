package dev.varve.agent.state;

import dev.varve.agent.decide.Attempt;
import dev.varve.contract.ContractException;
import dev.varve.contract.Json;
import dev.varve.contract.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * {@code attempt.json} in the state directory. Written whole under another name, synced, renamed, and the directory synced:
 * after a power cut it holds the old attempt or the new one. Its last field is a sum over all before it: what a disk or a person
 * has changed is not taken for an attempt. One that cannot be read is set aside, never overwritten.
 */
public final class AttemptFile implements AttemptStore {
    private static final String NAME = "attempt.json";
    /** Far more than any attempt; what is larger is not one. */
    private static final int MOST = 1 << 20;
    private static final Pattern SUM = Pattern.compile("(.*),\"sum\":\"([0-9a-f]{8})\"}\n", Pattern.DOTALL);

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
            Tree tree = Tree.named(NAME, json.read(whole(read(file))));
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
            ByteBuffer bytes = ByteBuffer.wrap(summed(json.write(AttemptForm.write(attempt))).getBytes(StandardCharsets.UTF_8));
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

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST + 1);
            if (bytes.length > MOST) {
                throw new IllegalArgumentException("it is larger than 1 MiB");
            }
            // Strictly: what is not UTF-8 must not become something else that is.
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        }
    }

    private static String summed(String object) {
        return object.substring(0, object.length() - 1) + ",\"sum\":\"" + sum(object) + "\"}\n";
    }

    /** @throws IllegalArgumentException where it is not what {@link #summed} made */
    private static String whole(String text) {
        Matcher found = SUM.matcher(text);
        if (!found.matches()) {
            throw new IllegalArgumentException("it is cut or was not written by this agent");
        }
        String object = found.group(1) + "}";
        if (!sum(object).equals(found.group(2))) {
            throw new IllegalArgumentException("its sum says that it was changed");
        }
        return object;
    }

    /** Finds every change of up to 32 bits in a row. */
    private static String sum(String object) {
        var crc = new CRC32();
        crc.update(object.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
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
