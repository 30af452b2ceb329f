package dev.varve.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where figures were taken: without it they mean nothing. */
public record Machine(String system, String processor, int cores, long memoryMebibytes, String kernel) {

    public static Machine here() {
        return new Machine(
                value("/etc/os-release", "PRETTY_NAME=").replace("\"", ""),
                value("/proc/cpuinfo", "model name").replaceFirst("^\\s*:\\s*", ""),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(value("/proc/meminfo", "MemTotal:").replaceAll("\\D", "")) / 1024,
                System.getProperty("os.version"));
    }

    public String sentence() {
        return system + ", Linux " + kernel + ", " + cores + " cores (" + processor + "), " + memoryMebibytes + " MiB";
    }

    private static String value(String file, String name) {
        try {
            List<String> lines = Files.readAllLines(Path.of(file));
            return lines.stream().filter(line -> line.startsWith(name)).map(line -> line.substring(name.length()).strip())
                    .findFirst().orElse("unknown");
        } catch (IOException unreadable) {
            throw new BenchException("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
