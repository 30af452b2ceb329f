package dev.varve.sandbox.host.bus;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import jdk.net.ExtendedSocketOptions;
import org.freedesktop.dbus.connections.SASL;
import org.freedesktop.dbus.connections.config.SaslConfig;
import org.freedesktop.dbus.connections.config.TransportConfig;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.spi.message.InputStreamMessageReader;

/**
 * One authenticated connection. Writes are queued and go out in order on a thread of their own, so that neither a slow reader
 * nor an interrupt of the writing thread (which would close the channel) does harm. Safe for use by several threads; one
 * thread reads.
 */
public final class Wire implements Closeable {
    private final SocketChannel channel;
    private final boolean byOwner;
    private final InputStreamMessageReader reader;
    private final LinkedBlockingQueue<Optional<Message>> outgoing = new LinkedBlockingQueue<>();

    private Wire(SocketChannel channel, boolean byOwner) {
        this.channel = channel;
        this.byOwner = byOwner;
        this.reader = new InputStreamMessageReader(channel);
        Thread.ofVirtual().name("dbus-writer").start(this::writeAll);
    }

    /** @param owner who has bound the socket */
    static Wire accepted(SocketChannel channel, String guid, UserPrincipal owner) throws IOException {
        new SaslServer(channel, guid).authenticate();
        return new Wire(channel, channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner));
    }

    /** @throws IOException where nobody listens there or the handshake fails */
    static Wire connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        try {
            SaslConfig config = new TransportConfig().getSaslConfig();
            config.setMode(SASL.SaslMode.CLIENT);
            config.setAuthMode(SASL.AUTH_EXTERNAL);
            if (!new SASL(config).auth(channel, null)) {
                throw new IOException("handshake refused at " + socket);
            }
            return new Wire(channel, true);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    /** The other end is the user who has bound the socket; for the end that connects, which does not ask, true. */
    boolean byOwner() {
        return byOwner;
    }

    /** The next message; blocks. @throws IOException at the end of the connection */
    Message read() throws IOException, DBusException {
        while (true) {
            Message message = reader.readMessage();
            if (message != null) {
                return message;
            }
        }
    }

    void write(Message message) {
        outgoing.add(Optional.of(message));
    }

    /** Closes after what is queued has gone out. */
    @Override
    public void close() {
        outgoing.add(Optional.empty());
    }

    /** Closes at once; what is queued is lost, as when a machine loses power. */
    void abort() {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // Closing was all we wanted of it.
            outgoing.clear();
        }
        outgoing.add(Optional.empty());
    }

    private void writeAll() {
        try (channel) {
            for (Optional<Message> next = outgoing.take(); next.isPresent(); next = outgoing.take()) {
                ByteBuffer bytes = ByteBuffer.wrap(bytes(next.get()));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (IOException endOfConnection) {
            // The reading side sees the same end and tells its owner.
            outgoing.clear();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** In one piece, because dbus-java's own writer does not go on after a short write. */
    private static byte[] bytes(Message message) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : message.getWireData()) {
            if (part == null) {
                break;
            }
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
