package dev.varve.sandbox.host.bus;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A name with the service behind it, and the calls that still wait for its answer. */
final class BusOwner implements Owner {
    private static final BusError DIED =
            new BusError(BusError.NO_REPLY, "Message recipient disconnected from message bus without replying");

    private final Bus bus;
    private final String name;
    private final String uniqueName;
    private final MainLoop loop;
    private volatile @Nullable Service service;
    private volatile boolean released;
    private final Set<Call> open = ConcurrentHashMap.newKeySet();

    BusOwner(Bus bus, String name, String uniqueName, MainLoop loop) {
        this.bus = bus;
        this.name = name;
        this.uniqueName = uniqueName;
        this.loop = loop;
    }

    void serveWith(Service made) {
        service = made;
    }

    String name() {
        return name;
    }

    @Override
    public String uniqueName() {
        return uniqueName;
    }

    void deliver(Call call) {
        open.add(call);
        loop.execute(() -> handle(call));
        if (released) {
            call.fail(DIED);
        }
    }

    void answered(Call call) {
        open.remove(call);
    }

    void vanished(String unique) {
        loop.execute(() -> service().vanished(unique));
    }

    @Override
    public void signal(String path, String iface, String member, String signature, Object... values) {
        bus.broadcast(new BusSignal(uniqueName, name, path, iface, member, signature, values));
    }

    @Override
    public void release() {
        bus.release(this);
        released = true;
        open.forEach(call -> call.fail(DIED));
    }

    private Service service() {
        return Objects.requireNonNull(service, "nothing reaches a name before its service is made");
    }

    private void handle(Call call) {
        try {
            service().handle(call);
        } catch (BusError error) {
            call.fail(error);
        }
    }
}
