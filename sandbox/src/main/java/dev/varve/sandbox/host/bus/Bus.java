package dev.varve.sandbox.host.bus;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;
import org.jspecify.annotations.Nullable;

/**
 * A message bus. Its services live in this process, its clients come over the socket; clients do not talk to each other and
 * own no names, as a system bus policy would have it. A name without an owner may be activatable: the first call starts it.
 */
public final class Bus implements Closeable {
    static final String NAME = "org.freedesktop.DBus";
    static final String PATH = "/org/freedesktop/DBus";

    private final Map<String, BusOwner> owners = new ConcurrentHashMap<>();
    private final Map<String, Runnable> activations = new ConcurrentHashMap<>();
    private final Map<String, BusConnection> connections = new ConcurrentHashMap<>();
    private final AtomicInteger lastUnique = new AtomicInteger();
    private final Listener listener;

    /** @throws IOException where the socket cannot be bound */
    public Bus(Path socket) throws IOException {
        this.listener = new Listener(socket, this::serve);
    }

    /** Gives the name to a service, which is made with it and then called on the loop. */
    public <S extends Service> S own(String name, MainLoop loop, Function<Owner, S> makeService) {
        BusOwner owner = new BusOwner(this, name, nextUnique(), loop);
        S service = makeService.apply(owner);
        owner.serveWith(service);
        if (owners.putIfAbsent(name, owner) != null) {
            throw new IllegalStateException("the name " + name + " is taken");
        }
        ownerChanged(name, "", owner.uniqueName());
        return service;
    }

    /** @param activation must end with {@link #own} */
    public void activatable(String name, Runnable activation) {
        activations.put(name, activation);
    }

    /** Every connection ends at once. */
    @Override
    public void close() throws IOException {
        listener.close();
        connections.values().forEach(connection -> connection.wire().abort());
    }

    private void serve(Wire wire) {
        BusConnection connection = new BusConnection(this, wire);
        try {
            while (true) {
                Message message = wire.read();
                if (message instanceof MethodCall call) {
                    connection.route(call);
                }
            }
        } catch (IOException | DBusException gone) {
            wire.close();
            left(connection);
        }
    }

    private void left(BusConnection connection) {
        String unique = connection.uniqueName();
        if (unique != null && connections.remove(unique, connection)) {
            ownerChanged(unique, unique, "");
            owners.values().forEach(owner -> owner.vanished(unique));
        }
    }

    String join(BusConnection connection) {
        String unique = nextUnique();
        connections.put(unique, connection);
        return unique;
    }

    void joined(String unique) {
        ownerChanged(unique, "", unique);
    }

    /** Who has the name now, after activation where it has one; null where nobody has it. */
    @Nullable BusOwner ownerOf(String name) {
        BusOwner owner = owners.get(name);
        Runnable activation = activations.get(name);
        if (owner == null && activation != null) {
            activation.run();
            owner = owners.get(name);
        }
        return owner;
    }

    void release(BusOwner owner) {
        if (owners.remove(owner.name(), owner)) {
            ownerChanged(owner.name(), owner.uniqueName(), "");
        }
    }

    void broadcast(BusSignal signal) {
        connections.values().forEach(connection -> connection.offer(signal));
    }

    /** The unique name behind a name, or null. */
    @Nullable String uniqueNameOf(String name) {
        BusOwner owner = owners.get(name);
        if (owner != null) {
            return owner.uniqueName();
        }
        return name.equals(NAME) || connections.containsKey(name) ? name : null;
    }

    /** Services are root's. */
    boolean isRoots(String uniqueName) {
        BusConnection connection = connections.get(uniqueName);
        return connection == null || connection.byRoot();
    }

    List<String> names() {
        return Stream.concat(owners.keySet().stream(), connections.keySet().stream()).sorted().toList();
    }

    private String nextUnique() {
        return ":1." + lastUnique.incrementAndGet();
    }

    private void ownerChanged(String name, String from, String to) {
        broadcast(new BusSignal(NAME, NAME, PATH, NAME, "NameOwnerChanged", "sss", name, from, to));
    }
}
