package dev.varve.testbed.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process of the testbed. A number alone is not enough to send a signal to: it may belong to somebody else by now.
 *
 * @param start of the process in clock ticks after the machine's boot, field 22 of {@code /proc/PID/stat} (proc(5))
 */
public record Part(String name, long pid, long start) {
    private static final int START_AFTER_NAME = 19;

    public boolean isAlive() {
        return startOf(pid) == start;
    }

    /** -1 where there is no such process, or only its unread end. */
    static long startOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name, in parentheses, may hold blanks and parentheses.
            List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" "));
            return fields.getFirst().equals("Z") ? -1 : Long.parseLong(fields.get(START_AFTER_NAME));
        } catch (IOException gone) {
            // The kernel says so in two ways: the file is not there, or it went while it was read.
            return -1;
        }
    }
}
