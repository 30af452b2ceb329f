package dev.varve.testbed;

import dev.varve.testbed.build.Cache;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.state.Facts;
import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Parts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What must hold before a testbed is begun; what does not is said in one sentence. */
final class Preflight {
    private static final long GIB = 1024L * 1024 * 1024;
    /** Two trees in the cache while one is made, Go's build cache, and what the nodes write. */
    private static final long SPACE_GIB = 12;
    /** Where nothing must be made. */
    private static final long SPACE_MADE_GIB = 4;
    /** Of everything that listens on the testbed's own address. */
    private static final List<Integer> PORTS = List.of(53, 443, 5000, 6443);

    private Preflight() {}

    static void machine() {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new TestbedException("a testbed needs Linux, and this is " + System.getProperty("os.name")
                    + "; ./varve quickstart runs anywhere");
        }
        if (uid() != 0) {
            throw new TestbedException("a testbed has mounts, network devices and cgroups of root's: run it as root; ./varve quickstart needs no root");
        }
    }

    /** @param made everything that is slow to make is in the cache */
    static void space(Home home, boolean made) {
        long wanted = made ? SPACE_MADE_GIB : SPACE_GIB;
        for (Path path : List.of(home.parent(), Cache.standard())) {
            try {
                Files.createDirectories(path);
                long free = Files.getFileStore(path).getUsableSpace();
                if (free < wanted * GIB) {
                    throw new TestbedException("a testbed needs " + wanted + " GiB, and " + path + " has " + free / GIB
                            + " GiB left: free some, or give the cache another place with XDG_CACHE_HOME");
                }
            } catch (IOException unusable) {
                throw new TestbedException("cannot use " + path + ": " + unusable.getMessage(), unusable);
            }
        }
    }

    /** True where it is up already and whole. */
    static boolean isUp(Home home) {
        if (!home.exists()) {
            return false;
        }
        List<String> dead = new Parts(home).dead();
        if (Facts.are(home) && dead.isEmpty()) {
            return true;
        }
        throw new TestbedException(home.directory() + " is left from a testbed that is not whole"
                + (dead.isEmpty() ? "" : " (" + String.join(", ", dead) + (dead.size() == 1 ? " is" : " are") + " not running)")
                + ": ./varve testbed down removes it, then try again");
    }

    /** After the testbed's address is there. Someone who listens on all addresses listens on this one too. */
    static void ports(Home home) {
        for (int port : PORTS) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(home.address()))) {
                socket.setReuseAddress(true);
            } catch (IOException taken) {
                throw new TestbedException("port " + port + " of " + home.address() + " is taken: something listens on it, or on all addresses; \"ss -ltnp sport = :"
                        + port + "\" says what; stop it, then try again", taken);
            }
        }
    }

    private static int uid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException noProc) {
            throw new TestbedException("cannot read /proc/self: " + noProc.getMessage(), noProc);
        }
    }
}
