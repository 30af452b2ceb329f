package dev.varve.sandbox.host;

import dev.varve.contract.ImageReference;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.host.bus.BusClient;
import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.freedesktop.dbus.types.Variant;

/** rpm-ostree's methods, spelled out on the wire, for tests. */
final class RpmOstreeWire implements AutoCloseable {
    static final String RPM_OSTREE = "org.projectatomic.rpmostree1";
    static final String SYSROOT_PATH = "/org/projectatomic/rpmostree1/Sysroot";
    static final String TRANSACTION = RPM_OSTREE + ".Transaction";
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";

    final BusClient bus;
    private final Path run;
    private final String os;

    RpmOstreeWire(Path busSocket, Path run) throws Exception {
        this.bus = BusClient.onBus(busSocket);
        this.run = run;
        this.os = sysroot("Booted").toString();
    }

    String osPath() {
        return os;
    }

    Object sysroot(String property) throws BusError, IOException {
        return property(SYSROOT_PATH, RPM_OSTREE + ".Sysroot", property);
    }

    Object osProperty(String property) throws BusError, IOException {
        return property(os, RPM_OSTREE + ".OS", property);
    }

    private Object property(String path, String iface, String property) throws BusError, IOException {
        return ((Variant<?>) bus.call(RPM_OSTREE, path, PROPERTIES, "Get", "ss", iface, property).getFirst()).getValue();
    }

    /** Without the variants around the values. */
    List<Map<String, Object>> deployments() throws BusError, IOException {
        List<Map<String, Object>> plain = new ArrayList<>();
        ((List<?>) sysroot("Deployments")).forEach(one -> plain.add(plain(one)));
        return plain;
    }

    List<String> references() throws BusError, IOException {
        return deployments().stream().map(one -> one.get("container-image-reference").toString()).toList();
    }

    String call(String method, String signature, Object... arguments) throws BusError, IOException {
        return bus.call(RPM_OSTREE, os, RPM_OSTREE + ".OS", method, signature, arguments).getFirst().toString();
    }

    String rebase(Pullspec image, Map<String, Variant<?>> options) throws BusError, IOException {
        return call("Rebase", "a{sv}sas", options, ImageReference.refspec(image), List.of());
    }

    void reload() throws BusError, IOException {
        bus.call(RPM_OSTREE, SYSROOT_PATH, RPM_OSTREE + ".Sysroot", "Reload", "");
    }

    Peer peer() throws IOException {
        return new Peer(BusClient.onPeer(run.resolve("rpm-ostree-transaction.sock")));
    }

    /** Runs what was just asked for to its end, leaves it, and reads anew. */
    List<Signal> follow() throws Exception {
        try (Peer peer = peer()) {
            peer.start();
            return peer.untilFinished();
        }
    }

    /** As {@link #follow}, and the text with which it ended; {@code ""} on success. */
    String end() throws Exception {
        Signal last = follow().getLast();
        reload();
        return last.arguments().getFirst().equals(true) ? "" : last.arguments().getLast().toString();
    }

    void stageLocked(Pullspec image) throws Exception {
        rebase(image, locked());
        String end = end();
        if (!end.isEmpty()) {
            throw new AssertionError(end);
        }
    }

    static Map<String, Variant<?>> locked() {
        return options("lock-finalization", new Variant<>(true));
    }

    static Map<String, Variant<?>> options(String key, Variant<?> value) {
        Map<String, Variant<?>> options = new LinkedHashMap<>();
        options.put(key, value);
        return options;
    }

    static Map<String, Object> plain(Object dict) {
        Map<String, Object> plain = new LinkedHashMap<>();
        ((Map<?, ?>) dict).forEach((key, value) -> plain.put(key.toString(), ((Variant<?>) value).getValue()));
        return plain;
    }

    @Override
    public void close() {
        bus.close();
    }

    /** One peer of a transaction. */
    static final class Peer implements AutoCloseable {
        final BusClient connection;

        Peer(BusClient connection) {
            this.connection = connection;
        }

        boolean start() throws BusError, IOException {
            return (Boolean) connection.call(null, "/", TRANSACTION, "Start", "").getFirst();
        }

        void cancel() throws BusError, IOException {
            connection.call(null, "/", TRANSACTION, "Cancel", "");
        }

        String title() throws BusError, IOException {
            return ((Variant<?>) connection.call(null, "/", PROPERTIES, "Get", "ss", TRANSACTION, "Title").getFirst())
                    .getValue()
                    .toString();
        }

        Signal next() throws InterruptedException {
            Signal signal = connection.signals().poll(10, TimeUnit.SECONDS);
            if (signal == null) {
                throw new AssertionError("no signal within 10 s");
            }
            return signal;
        }

        /** Waits for a signal that carries a text. */
        void until(String member, String beginning) throws InterruptedException {
            Signal signal = next();
            while (!(signal.member().equals(member) && signal.arguments().getFirst().toString().startsWith(beginning))) {
                signal = next();
            }
        }

        List<Signal> untilFinished() throws InterruptedException {
            List<Signal> all = new ArrayList<>();
            do {
                all.add(next());
            } while (!all.getLast().member().equals("Finished"));
            return all;
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
