package dev.varve.bench.footprint;

import dev.varve.bench.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process as the kernel sees it (proc(5)).
 *
 * @param residentKibibytes all that is in memory, file pages included ({@code Rss} of {@code smaps_rollup})
 * @param anonymousKibibytes of them those that no file backs: the process's own
 * @param peakKibibytes most that was ever resident
 * @param cpuTicks user and system time, in {@link #TICKS_PER_SECOND}
 */
record ProcessFigures(long residentKibibytes, long anonymousKibibytes, long peakKibibytes, int threads, long cpuTicks) {
    /** USER_HZ; the same on every Linux that Java runs on. */
    static final long TICKS_PER_SECOND = 100;
    private static final int UTIME = 13;
    private static final int STIME = 14;

    static ProcessFigures of(long pid) {
        Path proc = Path.of("/proc", Long.toString(pid));
        try {
            List<String> memory = Files.readAllLines(proc.resolve("smaps_rollup"));
            List<String> status = Files.readAllLines(proc.resolve("status"));
            return new ProcessFigures(
                    value(memory, "Rss:"), value(memory, "Anonymous:"), value(status, "VmHWM:"), (int) value(status, "Threads:"),
                    ticks(Files.readString(proc.resolve("stat"))));
        } catch (IOException gone) {
            throw new BenchException("the agent, process " + pid + ", cannot be read: " + gone.getMessage(), gone);
        }
    }

    /** The program's name, in parentheses, may have spaces and parentheses in it. */
    static long ticks(String stat) {
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        // Its fields are numbered from 0, with number and name before.
        return Long.parseLong(afterName[UTIME - 2]) + Long.parseLong(afterName[STIME - 2]);
    }

    static long value(List<String> lines, String name) {
        return lines.stream().filter(line -> line.startsWith(name)).findFirst()
                .map(line -> Long.parseLong(line.substring(name.length()).replaceAll("\\D", "")))
                .orElseThrow(() -> new BenchException("/proc has no " + name));
    }
}
