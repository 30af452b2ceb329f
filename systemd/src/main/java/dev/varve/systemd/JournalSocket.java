package dev.varve.systemd;

import com.sun.jna.LastErrorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * journald's native socket (systemd's JOURNAL_NATIVE_PROTOCOL): a datagram is an entry. The address is looked up for each
 * one, so that a journald that was away is found again by the next; nothing ever waits for it.
 */
public final class JournalSocket implements AutoCloseable {
    /** Of {@code sockaddr_un.sun_path}, with the zero at its end (unix(7)). */
    private static final int PATH_LENGTH = 108;

    private final Path path;
    private final byte[] address;
    private final int socket;
    private boolean closed;

    private JournalSocket(Path path, int socket) {
        this.path = path;
        this.address = address(path);
        this.socket = socket;
    }

    /**
     * @param path need not exist yet
     * @throws JournalException where JNA's library is missing or there is no socket to be had
     */
    public static JournalSocket open(Path path) {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length >= PATH_LENGTH) {
            throw new JournalException("open " + path, new IllegalArgumentException("longer than the address of a socket may be"));
        }
        try {
            LibC.load();
            return new JournalSocket(path, LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0));
        } catch (LinkageError | LastErrorException unusable) {
            throw new JournalException("open a socket for " + path + ": " + unusable.getMessage(), unusable);
        }
    }

    /** @throws JournalException where it is lost: nobody listens, or journald is behind with its work */
    public synchronized void send(JournalEntry entry) {
        if (closed) {
            return;
        }
        byte[] datagram = entry.datagram();
        try {
            LibC.sendto(
                    socket, datagram, datagram.length, LibC.MSG_DONTWAIT | LibC.MSG_NOSIGNAL, address, address.length);
        } catch (LastErrorException refused) {
            throw new JournalException("send to " + path + ": " + refused.getMessage(), refused);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(socket);
        }
    }

    /** The form of {@code sockaddr_un}: the family as this machine writes numbers, the path, a zero. */
    static byte[] address(Path path) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + name.length + 1)
                .order(ByteOrder.nativeOrder())
                .putShort((short) LibC.AF_UNIX)
                .put(name)
                .array();
    }
}
