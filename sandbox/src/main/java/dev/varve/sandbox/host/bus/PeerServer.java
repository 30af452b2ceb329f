package dev.varve.sandbox.host.bus;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;

/** A socket on which peers talk to one service without a bus. */
public final class PeerServer implements Closeable {

    /** One of the peers. */
    public interface Peer {
        void signal(String path, String iface, String member, String signature, Object... values);
    }

    /** What serves the peers; called on the given loop. */
    public interface PeerService {
        /** @throws BusError to answer with that error */
        void handle(Peer peer, Call call) throws BusError;

        void joined(Peer peer);

        void left(Peer peer);
    }

    private record Connected(Wire wire) implements Peer {
        @Override
        public void signal(String path, String iface, String member, String signature, Object... values) {
            wire.write(Messages.signal(null, path, iface, member, signature, values));
        }
    }

    private static final Set<PosixFilePermission> ANYBODY = PosixFilePermissions.fromString("rw-rw-rw-");
    private final List<Connected> peers = new CopyOnWriteArrayList<>();
    private final MainLoop loop;
    private final PeerService service;
    private final Listener listener;

    /**
     * Anybody may connect.
     *
     * @throws IOException where the socket cannot be bound
     */
    public PeerServer(Path socket, MainLoop loop, PeerService service) throws IOException {
        this.loop = loop;
        this.service = service;
        this.listener = new Listener(socket, this::serve);
        Files.setPosixFilePermissions(socket, ANYBODY);
    }

    private void serve(Wire wire) {
        Connected peer = new Connected(wire);
        peers.add(peer);
        loop.execute(() -> service.joined(peer));
        try {
            while (true) {
                Message message = wire.read();
                if (message instanceof MethodCall methodCall) {
                    Call call = new Call(methodCall, null, wire.byOwner(), wire::write);
                    loop.execute(() -> handle(peer, call));
                }
            }
        } catch (IOException | DBusException gone) {
            peers.remove(peer);
            wire.close();
            loop.execute(() -> service.left(peer));
        }
    }

    private void handle(Peer peer, Call call) {
        try {
            service.handle(peer, call);
        } catch (BusError error) {
            call.fail(error);
        }
    }

    /** Stops listening and closes every peer, after what was said to it has gone out. */
    @Override
    public void close() throws IOException {
        listener.close();
        peers.forEach(peer -> peer.wire().close());
    }
}
