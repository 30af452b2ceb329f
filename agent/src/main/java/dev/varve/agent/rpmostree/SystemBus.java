package dev.varve.agent.rpmostree;

import dev.varve.agent.host.HostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The host's system bus: connected when it is first needed and again after it was lost, with our subscriptions in place.
 * Safe for use by several threads.
 */
final class SystemBus implements AutoCloseable {
    private static final String BUS = "org.freedesktop.DBus";
    private static final String BUS_PATH = "/org/freedesktop/DBus";

    /** One who hears signals; called on the bus's reading thread, which must not be held up. */
    interface Listener {
        void heard(String path, String member, List<Object> values);

        void lost();
    }

    /** To be closed when the signals are no longer wanted. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private final Path socket;
    private final Duration replyTimeout;
    private final List<String> matchRules;
    private final String greeted;
    private final Method greeting;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Link link;
    private boolean closed;
    private String uniqueName = "";

    /**
     * @param matchRules of the signals that listeners get to hear
     * @param greeted a name on the bus
     * @param greeting a method of it without arguments that is called on each new connection
     */
    SystemBus(Path socket, Duration replyTimeout, List<String> matchRules, String greeted, Method greeting) {
        this.socket = socket;
        this.replyTimeout = replyTimeout;
        this.matchRules = List.copyOf(matchRules);
        this.greeted = greeted;
        this.greeting = greeting;
    }

    /** @throws HostException as {@link Link#call}, and where the bus cannot be reached */
    List<Object> call(String operation, String destination, Method method, Object... arguments) {
        return link().call(operation, destination, method, replyTimeout, arguments);
    }

    boolean hasOwner(String name) {
        List<Object> owned = call("look for " + name, BUS, new Method(BUS_PATH, BUS, "NameHasOwner", "s"), name);
        return Boolean.TRUE.equals(owned.getFirst());
    }

    /** Of our present connection; {@code ""} without one. */
    synchronized String uniqueName() {
        return uniqueName;
    }

    Subscription listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** For good: calls fail from here on. */
    @Override
    public synchronized void close() {
        closed = true;
        leave();
    }

    /** Leaves the bus, so that whatever hangs on our name is let go; the next call comes back. */
    synchronized void leave() {
        if (link != null) {
            link.close();
            link = null;
            uniqueName = "";
        }
    }

    private synchronized Link link() {
        Link present = link;
        if (present != null && present.isOpen()) {
            return present;
        }
        if (closed) {
            throw new HostException("join the bus", Link.DISCONNECTED, "the connection to " + socket + " was closed by the agent");
        }
        Link fresh = Link.open(socket, new Fan());
        try {
            Object name = fresh.call("join the bus", BUS, new Method(BUS_PATH, BUS, "Hello", ""), replyTimeout).getFirst();
            for (String rule : matchRules) {
                fresh.call("subscribe", BUS, new Method(BUS_PATH, BUS, "AddMatch", "s"), replyTimeout, rule);
            }
            fresh.call("subscribe", greeted, greeting, replyTimeout);
            uniqueName = name.toString();
            link = fresh;
            return fresh;
        } catch (HostException failed) {
            fresh.close();
            throw failed;
        }
    }

    /** Passes on to all listeners. */
    private final class Fan implements Link.Ear {
        @Override
        public void signal(String path, String iface, String member, List<Object> values) {
            listeners.forEach(listener -> listener.heard(path, member, values));
        }

        @Override
        public void ended() {
            listeners.forEach(Listener::lost);
        }
    }
}
