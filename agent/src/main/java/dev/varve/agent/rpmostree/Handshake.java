package dev.varve.agent.rpmostree;

import dev.varve.agent.host.HostException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.freedesktop.dbus.connections.SASL;
import org.freedesktop.dbus.connections.config.SaslConfig;
import org.freedesktop.dbus.connections.config.TransportConfig;

/**
 * Connects and authenticates. On a thread of its own, because dbus-java's handshake knows no time limit and does not survive
 * an interrupt of the thread that waits for it.
 */
final class Handshake {
    /** Ample for a socket on the same machine. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Handshake() {}

    /** @throws HostException where nobody listens there, or the handshake fails or takes longer than 10 s */
    static SocketChannel with(Path socket) {
        CompletableFuture<SocketChannel> connected = new CompletableFuture<>();
        Thread opener = Thread.ofVirtual().name("dbus-connect " + socket).start(() -> connect(socket, connected));
        String operation = "connect to " + socket;
        try {
            return connected.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new HostException(operation, String.valueOf(failed.getCause()), failed);
        } catch (TimeoutException slow) {
            throw new HostException(operation, "no handshake within " + LIMIT.toSeconds() + " s", slow);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new HostException(operation, "interrupted", stopped);
        } finally {
            // Does nothing where the opener is done; otherwise it gives up, and closes its channel.
            connected.cancel(false);
            opener.interrupt();
        }
    }

    private static void connect(Path socket, CompletableFuture<SocketChannel> connected) {
        try {
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            boolean handedOver = false;
            try {
                handedOver = authenticates(channel) && connected.complete(channel);
            } finally {
                if (!handedOver) {
                    channel.close();
                }
            }
            connected.completeExceptionally(new IOException("handshake refused"));
        } catch (IOException failed) {
            connected.completeExceptionally(failed);
        }
    }

    private static boolean authenticates(SocketChannel channel) throws IOException {
        SaslConfig config = new TransportConfig().getSaslConfig();
        config.setMode(SASL.SaslMode.CLIENT);
        config.setAuthMode(SASL.AUTH_EXTERNAL);
        return new SASL(config).auth(channel, null);
    }
}
