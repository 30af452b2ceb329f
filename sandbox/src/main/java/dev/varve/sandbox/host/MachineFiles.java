package dev.varve.sandbox.host;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Where things lie below a machine's root, and what a boot makes of them. */
record MachineFiles(Path root) {
    /** {@code sun_path} holds 108 bytes, the closing NUL included. */
    private static final int LONGEST_SOCKET = 107;

    MachineFiles {
        root = root.toAbsolutePath();
        if (root.resolve("run/rpm-ostree-transaction.sock").toString().length() > LONGEST_SOCKET) {
            throw new IllegalArgumentException("the path of machine root " + root + " is too long for a unix socket in it");
        }
    }

    Path run() {
        return root.resolve("run");
    }

    Path busSocket() {
        return run().resolve("dbus/system_bus_socket");
    }

    Path transactionSocket() {
        return run().resolve("rpm-ostree-transaction.sock");
    }

    Path staged() {
        return run().resolve("ostree/staged-deployment");
    }

    Path rpmOstreedConfig() {
        return root.resolve("etc/rpm-ostreed.conf");
    }

    Path failureStamp() {
        return root.resolve("boot/ostree/finalize-failure.stamp");
    }

    /** What is in memory only is gone and made anew: {@code /run}, the boot id, the kernel's command line. */
    void boot(String bootId, String commandLine) throws IOException {
        emptyRun();
        Files.createDirectories(run().resolve("dbus"));
        Files.createDirectories(run().resolve("ostree"));
        Files.createFile(run().resolve("ostree-booted"));
        Files.createDirectories(root.resolve("var/lib/varve"));
        Files.createDirectories(root.resolve("proc/sys/kernel/random"));
        Files.writeString(root.resolve("proc/sys/kernel/random/boot_id"), bootId + "\n");
        Files.writeString(root.resolve("proc/cmdline"), commandLine + "\n");
    }

    void emptyRun() throws IOException {
        if (Files.exists(run())) {
            Files.walkFileTree(run(), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }
}
