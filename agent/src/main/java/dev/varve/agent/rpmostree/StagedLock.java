package dev.varve.agent.rpmostree;

import dev.varve.agent.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Whether the staged deployment is locked. Only libostree's own file tells: the key of the deployment's dictionary has not
 * been set since rpm-ostree v2024.6 (rpm-ostree-dbus.md 1.10). libostree also honours the older, empty lock file.
 */
final class StagedLock {
    private static final String KEY = "locked";
    private final Path staged;
    private final Path legacy;

    StagedLock(Path hostRun) {
        this.staged = hostRun.resolve("ostree/staged-deployment");
        this.legacy = hostRun.resolve("ostree/staged-deployment-locked");
    }

    /** @throws HostException where the file is there and cannot be read */
    boolean isOn() {
        try {
            return Files.exists(legacy) || GVariantDict.flag(Files.readAllBytes(staged), KEY);
        } catch (NoSuchFileException nothingStaged) {
            return false;
        } catch (IOException | IllegalArgumentException failed) {
            throw new HostException("read " + staged, String.valueOf(failed.getMessage()), failed);
        }
    }
}
