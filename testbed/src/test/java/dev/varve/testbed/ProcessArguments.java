package dev.varve.testbed;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Looks at the arguments of all processes of this machine and its nodes, many times a second: not each is seen that lives shorter. */
final class ProcessArguments implements AutoCloseable {
    private static final Duration GLANCE = Duration.ofMillis(20);

    private final List<String> forbidden;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Set<String> found = ConcurrentHashMap.newKeySet();
    private final Thread watch;
    private volatile boolean closed;

    ProcessArguments(List<String> forbidden) {
        this.forbidden = forbidden;
        watch = Thread.ofPlatform().name("process arguments").start(() -> {
            while (!closed) {
                ProcessHandle.allProcesses().forEach(process -> look(process.pid()));
                LockSupport.parkNanos(GLANCE.toNanos());
            }
        });
    }

    private void look(long pid) {
        arguments(pid).ifPresent(arguments -> {
            String command = arguments.split("\0", 2)[0];
            seen.add(command.substring(command.lastIndexOf('/') + 1));
            if (forbidden.stream().anyMatch(arguments::contains)) {
                found.add(arguments.replace('\0', ' '));
            }
        });
    }

    /** Empty for one that has just ended. */
    private static Optional<String> arguments(long pid) {
        try {
            return Optional.of(Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"), StandardCharsets.ISO_8859_1));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    /** Names of the commands. */
    Set<String> seen() {
        return seen;
    }

    /** Command lines with what should be in none. */
    Set<String> found() {
        return found;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        watch.join();
    }
}
