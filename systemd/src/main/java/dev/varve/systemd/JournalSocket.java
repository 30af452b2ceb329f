package dev.varve.systemd;

import com.sun.jna.LastErrorException;
import java.nio.file.Path;

/**
 * journald's native socket (systemd's JOURNAL_NATIVE_PROTOCOL): a datagram is an entry, and one that is too long for that
 * goes as a sealed file in memory. A journald that was away is found again by the next entry; nothing ever waits for it.
 */
public final class JournalSocket implements AutoCloseable {
    private final Path path;
    private final UnixDatagrams socket;

    private JournalSocket(Path path, UnixDatagrams socket) {
        this.path = path;
        this.socket = socket;
    }

    /**
     * @param path absolute; need not exist yet
     * @throws JournalException where JNA's library is missing or there is no socket to be had
     */
    public static JournalSocket open(Path path) {
        try {
            return new JournalSocket(path, UnixDatagrams.to(path.toString()));
        } catch (IllegalArgumentException unusable) {
            throw new JournalException("open " + path, unusable);
        } catch (LinkageError | LastErrorException unusable) {
            throw new JournalException("open a socket for " + path + ": " + unusable.getMessage(), unusable);
        }
    }

    /** @throws JournalException where it is lost: nobody listens, or journald is behind with its work */
    public synchronized void send(JournalEntry entry) {
        byte[] datagram = entry.datagram();
        try {
            try {
                socket.send(datagram);
            } catch (LastErrorException refused) {
                // As sd_journal_send does. A full queue is another matter: the file would wait in the same one.
                if (refused.getErrorCode() != LibC.EMSGSIZE && refused.getErrorCode() != LibC.ENOBUFS) {
                    throw refused;
                }
                socket.sendFile(datagram);
            }
        } catch (LastErrorException refused) {
            throw new JournalException("send to " + path + ": " + refused.getMessage(), refused);
        }
    }

    @Override
    public synchronized void close() {
        socket.close();
    }
}
