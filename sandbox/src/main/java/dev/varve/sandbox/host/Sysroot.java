package dev.varve.sandbox.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The deployments of a machine: those on disk, which survive everything, and the staged one, which is nothing but a file in
 * {@code /run} until a shutdown finalises it. Safe for use by several threads.
 */
final class Sysroot {

    /**
     * A deployment that the next shutdown finalises.
     *
     * @param locked unless it is locked
     */
    record Stage(Deployment deployment, boolean locked) {}

    private final Path stagedFile;
    private List<Deployment> onDisk;
    private Deployment booted;
    private @Nullable Stage stage;

    /** @param stagedFile {@code /run/ostree/staged-deployment} */
    Sysroot(Path stagedFile, Deployment first) {
        this.stagedFile = stagedFile;
        this.onDisk = List.of(first);
        this.booted = first;
    }

    /** In boot order, the staged one first. */
    synchronized List<Deployment> deployments() {
        return Stream.concat(staged().map(Stage::deployment).stream(), onDisk.stream()).toList();
    }

    synchronized Deployment booted() {
        return booted;
    }

    synchronized Optional<Stage> staged() {
        return Optional.ofNullable(stage);
    }

    synchronized Optional<Deployment> rollback() {
        int next = onDisk.indexOf(booted) + 1;
        return next < onDisk.size() ? Optional.of(onDisk.get(next)) : Optional.empty();
    }

    /** The one that a new deployment takes its origin and kernel arguments from. */
    synchronized Deployment merge() {
        return staged().map(Stage::deployment).orElse(onDisk.indexOf(booted) > 0 ? onDisk.getFirst() : booted);
    }

    /** @throws InterruptedException where the staging was cancelled, or the machine was switched off */
    synchronized void stage(Deployment deployment, boolean locked) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the machine is off, or the transaction cancelled");
        }
        stage = new Stage(deployment, locked);
        // libostree writes the key only where the lock is, or was, on.
        write(deployment, locked ? Map.of("locked", true) : Map.of());
    }

    synchronized void unlock() {
        if (stage != null) {
            stage = new Stage(stage.deployment(), false);
            write(stage.deployment(), Map.of("locked", false));
        }
    }

    /** Drops what is staged or waits for its first boot; false where there was nothing. */
    synchronized boolean dropPending() {
        List<Deployment> left = onDisk.subList(onDisk.indexOf(booted), onDisk.size());
        boolean changed = stage != null || left.size() < onDisk.size();
        onDisk = List.copyOf(left);
        forgetStage();
        return changed;
    }

    /** Drops what stands behind the booted deployment; false where there was nothing. */
    synchronized boolean dropRollback() {
        List<Deployment> left = onDisk.subList(0, onDisk.indexOf(booted) + 1);
        boolean changed = left.size() < onDisk.size();
        onDisk = List.copyOf(left);
        return changed;
    }

    /** Makes the deployment the next to boot. */
    synchronized void moveFirst(Deployment deployment) {
        List<Deployment> reordered = new ArrayList<>(onDisk);
        reordered.remove(deployment);
        reordered.addFirst(deployment);
        onDisk = List.copyOf(reordered);
    }

    /** What the shutdown does: an unlocked stage becomes the first deployment and the booted one its rollback. */
    synchronized void finalizeStaged() {
        if (stage != null && !stage.locked()) {
            onDisk = List.of(stage.deployment(), booted);
        }
    }

    /**
     * What a boot does to it: {@code /run} is empty, and the first deployment runs.
     *
     * @param fallBack the one that ran before runs again, whatever the order says
     */
    synchronized void boot(boolean fallBack) {
        stage = null;
        if (!fallBack || !onDisk.contains(booted)) {
            booted = onDisk.getFirst();
        }
    }

    private void forgetStage() {
        stage = null;
        try {
            Files.deleteIfExists(stagedFile);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot remove " + stagedFile, failed);
        }
    }

    /** Keys and types as libostree writes them. */
    private void write(Deployment deployment, Map<String, ?> lock) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("target", names(deployment));
        state.putAll(lock);
        state.put("merge-deployment", names(booted));
        state.put("kargs", List.of(deployment.options().split(" ")));
        try {
            Files.createDirectories(stagedFile.getParent());
            Path next = stagedFile.resolveSibling(stagedFile.getFileName() + ".new");
            Files.write(next, GVariantDict.bytes(state));
            Files.move(next, stagedFile, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + stagedFile, failed);
        }
    }

    private static Map<String, Object> names(Deployment deployment) {
        Map<String, Object> names = new LinkedHashMap<>();
        names.put("name", deployment.checksum() + ".0");
        names.put("osname", Deployment.OS_NAME);
        names.put("bootcsum", deployment.bootChecksum());
        return names;
    }
}
