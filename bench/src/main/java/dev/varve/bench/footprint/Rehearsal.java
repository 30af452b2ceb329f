package dev.varve.bench.footprint;

import dev.varve.bench.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Plays an agent's whole work once, so that the JVM can keep all classes that it took: deploy/images/build runs it for the agent's image. The
 * agent's second life is the one that counts: it begins after a reboot, checks the boot, and then goes as far as the next one.
 */
public final class Rehearsal {
    private static final int COUNTS = 2;

    private Rehearsal() {}

    /** @param arguments root of the image, then the option for the life that counts, then the agent's command in the image */
    public static void main(String... arguments) {
        try {
            play(Path.of(arguments[0]), arguments[1], Arrays.asList(arguments).subList(2, arguments.length));
        } catch (BenchException failed) {
            System.err.println("rehearsal: " + failed.getMessage());
            System.exit(1);
        }
    }

    private static void play(Path root, String option, List<String> command) {
        Path directory = Footprint.temporary();
        var image = new UnpackedImage(root, command, Map.of("LANG", "C.UTF-8", "MALLOC_ARENA_MAX", "1"));
        var ended = new CountDownLatch(COUNTS);
        try (var node = new NodeInProcess(image, life -> life == COUNTS ? List.of(option) : List.of(), true, Authority.make(directory), directory.resolve("r"))) {
            node.onEnd(ended::countDown);
            node.boot().toFirstEvent();
            node.update(NodeInProcess.IMAGE);
            node.grant(NodeInProcess.NEXT_IMAGE);
            ended.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            Footprint.remove(directory);
            forget(root.resolve("kubeconfig"));
        }
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new BenchException("cannot remove " + file + ": " + failed.getMessage(), failed);
        }
    }
}
