package dev.varve.testbed.state;

import dev.varve.testbed.host.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What of a testbed is on this machine outside its directory, looked for on the machine and not in the testbed's own records.
 *
 * @param mounts mount points below its directory
 * @param links network devices of this machine
 * @param namespaces named network namespaces
 * @param cgroups directories of control groups, in all hierarchies, down to the nodes' own
 * @param processes members of those groups, and the recorded parts
 */
public record Traces(List<String> mounts, List<String> links, List<String> namespaces, List<String> cgroups, List<String> processes) {
    private static final int MOUNT_POINT = 4;
    private static final int CGROUP_DEPTH = 3;

    public static Traces of(Home home) {
        String group = "varve-testbed-" + home.index();
        List<String> cgroups = walk(Path.of("/sys/fs/cgroup"), CGROUP_DEPTH, path -> path.toString().contains("/" + group));
        var processes = new ArrayList<String>();
        new Parts(home).all().stream().filter(Part::isAlive).map(part -> part.name() + " " + part.pid()).forEach(processes::add);
        walk(Path.of("/sys/fs/cgroup/pids").resolve(group), Integer.MAX_VALUE, path -> true)
                .forEach(directory -> lines(Path.of(directory, "cgroup.procs")).forEach(processes::add));
        return new Traces(
                lines(Path.of("/proc/self/mountinfo")).stream().map(line -> line.split(" ")[MOUNT_POINT])
                        .filter(point -> point.startsWith(home.directory() + "/")).toList(),
                names(Path.of("/sys/class/net"), name -> name.equals("varve" + home.index()) || name.matches("v" + home.index() + "n[0-9]+")),
                names(Path.of("/run/netns"), name -> name.startsWith("varve" + home.index() + "-")),
                cgroups,
                processes);
    }

    public boolean none() {
        return mounts.isEmpty() && links.isEmpty() && namespaces.isEmpty() && cgroups.isEmpty() && processes.isEmpty();
    }

    private static List<String> names(Path directory, Predicate<String> ours) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).filter(ours).sorted().toList();
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + directory + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** Directories, without links. Groups come and go while they are walked, so a walk that was disturbed begins anew. */
    private static List<String> walk(Path start, int depth, Predicate<Path> ours) {
        while (Files.isDirectory(start)) {
            try (Stream<Path> all = Files.walk(start, depth)) {
                return all.filter(Files::isDirectory).filter(ours).map(Path::toString).sorted().toList();
            } catch (IOException | UncheckedIOException disturbed) {
                if (!Files.isReadable(start)) {
                    throw new TestbedException("cannot read " + start + ": " + disturbed.getMessage(), disturbed);
                }
            }
        }
        return List.of();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException gone) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return Stream.of(mounts, links, namespaces, cgroups, processes).flatMap(List::stream).toList().toString();
    }
}
