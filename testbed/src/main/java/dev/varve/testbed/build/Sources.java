package dev.varve.testbed.build;

import dev.varve.testbed.host.TestbedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The checkout that a testbed is made from. */
public record Sources(Path checkout) {
    private static final int KEY_LENGTH = 16;

    /** @param checkout with {@code testbed/} and {@code deploy/} in it */
    public Sources {
        if (!Files.isRegularFile(checkout.resolve("testbed/node/machine"))) {
            throw new TestbedException(checkout + " is no checkout of Varve: testbed/node/machine is not there; start it as ./varve from one");
        }
    }

    public Path file(String name) {
        return checkout.resolve(name);
    }

    /** Names the contents of these files and directories: the same wherever the checkout is. */
    public String key(String... names) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String name : names) {
                for (Path file : files(file(name))) {
                    digest.update((checkout.relativize(file) + "\n").getBytes(StandardCharsets.UTF_8));
                    digest.update(Files.readAllBytes(file));
                }
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, KEY_LENGTH);
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + List.of(names) + " of " + checkout + ": " + unreadable.getMessage(), unreadable);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<Path> files(Path start) throws IOException {
        try (Stream<Path> walk = Files.walk(start)) {
            return walk.filter(Files::isRegularFile).filter(file -> !file.toString().contains("__pycache__")).sorted().toList();
        }
    }
}
