package dev.varve.testbed.state;

import dev.varve.testbed.host.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Where one testbed is: its directory and its addresses. Several can be up at once, since all that they have is named by
 * their index: everything that listens does so on addresses of its own, so no two ever want one port.
 *
 * @param index 0 to {@value #LAST}
 * @param parent of the directories of all testbeds
 */
public record Home(int index, Path parent) {
    public static final int LAST = 9;
    public static final Path PARENT = Path.of("/var/tmp/varve-testbed");

    private static final List<String> DIRECTORIES = List.of("log", "run", "pki", "etcd", "nodes", "images", "registry", "fleet");

    public Home {
        if (index < 0 || index > LAST) {
            throw new TestbedException("--index " + index + ": want 0 to " + LAST);
        }
    }

    public static Home of(int index) {
        return new Home(index, PARENT);
    }

    public Path directory() {
        return parent.resolve(Integer.toString(index));
    }

    public Path file(String name) {
        return directory().resolve(name);
    }

    public Path log(String part) {
        return file("log").resolve(part + ".log");
    }

    public Path pki(String name) {
        return file("pki").resolve(name);
    }

    /** Of the user who may do everything. */
    public Path kubeconfig() {
        return pki("admin.kubeconfig");
    }

    /** This machine, as the nodes see it: API server, registry and name server listen here. */
    public String address() {
        return "10.90." + index + ".1";
    }

    /** For what only this machine may reach: etcd, controller manager, scheduler. */
    public String loopback() {
        return "127.90." + index + ".1";
    }

    public String server() {
        return "https://" + address() + ":6443";
    }

    public boolean exists() {
        return Files.exists(directory());
    }

    public void make() {
        try {
            for (String name : DIRECTORIES) {
                Files.createDirectories(file(name));
            }
            // Kubeconfigs have the keys in them, and who has the administrator's can become this machine's root by way of a pod.
            Files.setPosixFilePermissions(file("pki"), PosixFilePermissions.fromString("rwx------"));
        } catch (IOException unwritable) {
            throw new TestbedException("cannot make " + directory() + ": " + unwritable.getMessage(), unwritable);
        }
    }

    /** What {@code testbed/node/machine} must be told, besides what it is to do. */
    public String indexText() {
        return Integer.toString(index);
    }
}
