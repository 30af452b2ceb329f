package dev.varve.sandbox.host.bus;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening unix socket: every connection gets its own virtual thread, from the handshake on. */
final class Listener implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private final Path socket;
    private final ServerSocketChannel server;
    private final UserPrincipal owner;
    private final String guid = UUID.randomUUID().toString().replace("-", "");

    /**
     * @param whole the life of one connection, after its handshake; the wire is closed when it returns
     * @throws IOException where the socket cannot be bound; its path must be shorter than 108 characters
     */
    Listener(Path socket, Consumer<Wire> whole) throws IOException {
        this.socket = socket;
        Files.deleteIfExists(socket);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        this.owner = Files.getOwner(socket);
        Thread.ofVirtual().name("dbus-listener " + socket).start(() -> acceptAll(whole));
    }

    private void acceptAll(Consumer<Wire> whole) {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                Thread.ofVirtual().name("dbus-connection").start(() -> serve(channel, whole));
            }
        } catch (IOException closed) {
            LOG.debug("no longer listening at {}", socket, closed);
        }
    }

    private void serve(SocketChannel channel, Consumer<Wire> whole) {
        try (channel) {
            Wire wire = Wire.accepted(channel, guid, owner);
            whole.accept(wire);
        } catch (IOException brokenOff) {
            LOG.debug("a client broke off its handshake at {}", socket, brokenOff);
        }
    }

    /** Stops listening and removes the socket; connections stay. */
    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
