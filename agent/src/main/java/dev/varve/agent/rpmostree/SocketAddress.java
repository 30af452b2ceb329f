package dev.varve.agent.rpmostree;

import dev.varve.agent.host.HostException;
import java.nio.file.Path;

/** D-Bus addresses of sockets in the file system; the only kind that rpm-ostree and a system bus use. */
final class SocketAddress {
    private static final String UNIX = "unix:";
    private static final String PATH = "path=";
    private static final String RUN = "/run/";

    private SocketAddress() {}

    /** @throws HostException where the address is of another kind */
    static Path path(String address) {
        if (address.startsWith(UNIX)) {
            for (String part : address.substring(UNIX.length()).split(",")) {
                if (part.startsWith(PATH)) {
                    return Path.of(part.substring(PATH.length()));
                }
            }
        }
        throw new HostException("connect to " + address, "", "want unix:path=...");
    }

    /** As {@link #path}, where the host's {@code /run} is found at another place. */
    static Path pathOnHost(String address, Path hostRun) {
        String path = path(address).toString();
        return path.startsWith(RUN) ? hostRun.resolve(path.substring(RUN.length())) : Path.of(path);
    }
}
