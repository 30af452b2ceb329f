package dev.varve.sandbox.host;

import dev.varve.contract.ImageReference;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.host.bus.BusClient;
import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.freedesktop.dbus.types.Variant;

/** rpm-ostree's methods, spelled out on the wire, for tests. */
final class RpmOstreeWire implements AutoCloseable {
    static final String RPM_OSTREE = "org.projectatomic.rpmostree1";
    static final String SYSROOT_PATH = "/org/projectatomic/rpmostree1/Sysroot";
    static final String TRANSACTION = RPM_OSTREE + ".Transaction";
    /** GLib's names for errors of its own domain: busy, and any other. */
    static final String BUSY = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code26";
    static final String FAILED = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code0";
    static final String NOT_FOUND = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code1";
    static final String UNIT = "rpm-ostreed.service";
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";
    static final int SIGKILL = 9;
    static final int SIGTERM = 15;
    static final int SIGSTOP = 19;

    final BusClient bus;
    private final Path busSocket;
    private final Path run;
    private final String os;

    RpmOstreeWire(Path busSocket, Path run) throws Exception {
        this.bus = BusClient.onBus(busSocket);
        this.busSocket = busSocket;
        this.run = run;
        this.os = sysroot("Booted").toString();
    }

    String osPath() {
        return os;
    }

    String osPathOf(String name) throws BusError, IOException {
        return bus.call(RPM_OSTREE, SYSROOT_PATH, RPM_OSTREE + ".Sysroot", "GetOS", "s", name).getFirst().toString();
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
        return rebase(ImageReference.refspec(image), options);
    }

    String rebase(String refspec, Map<String, Variant<?>> options) throws BusError, IOException {
        return call("Rebase", "a{sv}sas", options, refspec, List.of());
    }

    void finalizeDeployment(String checksum) throws BusError, IOException {
        call("FinalizeDeployment", "a{sv}", options("checksum", new Variant<>(checksum)));
    }

    void cleanup(String... elements) throws BusError, IOException {
        call("Cleanup", "as", List.of(elements));
    }

    /** By the file that holds the truth of it: the key's value lies 8 bytes behind its beginning. */
    boolean stageIsLocked(HostUnderTest host) throws IOException {
        String state = Files.readString(host.run().resolve("ostree/staged-deployment"), StandardCharsets.ISO_8859_1);
        int key = state.indexOf("locked\0");
        return key >= 0 && state.charAt(key + "locked\0".length() + 1) == 1;
    }

    Map<String, Object> bootConfig(boolean pending) throws BusError, IOException {
        return plain(bus.call(RPM_OSTREE, os, RPM_OSTREE + ".OS", "GetDeploymentBootConfig", "sb", "", pending).getFirst());
    }

    void reload() throws BusError, IOException {
        bus.call(RPM_OSTREE, SYSROOT_PATH, RPM_OSTREE + ".Sysroot", "Reload", "");
    }

    /** For as long as this connection lasts. */
    void register() throws BusError, IOException {
        bus.call(RPM_OSTREE, SYSROOT_PATH, RPM_OSTREE + ".Sysroot", "RegisterClient", "a{sv}", options("id", new Variant<>("test")));
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

    /** As {@code systemctl kill} does it. */
    void signalRpmOstreed(int number) throws Exception {
        try (SystemdUnits units = new SystemdUnits(busSocket)) {
            units.call("KillUnit", "ssi", UNIT, "all", number);
        }
    }

    /** Not every systemd answers before the process has ended. */
    CompletableFuture<Void> signalInBackground(int number) {
        return CompletableFuture.runAsync(() -> {
            try {
                signalRpmOstreed(number);
            } catch (Exception failed) {
                throw new CompletionException(failed);
            }
        });
    }

    /** Asks for a change of rpm-ostree's name on this connection. */
    void watchOwner() throws BusError, IOException {
        bus.match("type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" + RPM_OSTREE + "'");
    }

    /** After {@link #watchOwner}; true where rpm-ostree has given up its name within that time. Forgets what else was heard. */
    boolean isUnownedWithin(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        Signal signal;
        do {
            signal = bus.signals().poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } while (signal != null && !(signal.member().equals("NameOwnerChanged") && signal.arguments().get(2).equals("")));
        return signal != null;
    }

    void untilUnowned() throws InterruptedException {
        if (!isUnownedWithin(Duration.ofSeconds(60))) {
            throw new AssertionError("rpm-ostree keeps its name");
        }
    }

    /** The unique name that rpm-ostree has now. */
    String owner() throws BusError, IOException {
        return bus.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner", "s", RPM_OSTREE)
                .getFirst()
                .toString();
    }

    /** Asks for a method of the Sysroot without waiting; the bus has passed the call on when this returns. */
    CompletableFuture<List<Object>> ask(String method) throws BusError, IOException {
        CompletableFuture<List<Object>> answer = bus.send(RPM_OSTREE, SYSROOT_PATH, RPM_OSTREE + ".Sysroot", method, "");
        bus.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner", "s", RPM_OSTREE);
        return answer;
    }

    void restartRpmOstreed() throws Exception {
        try (SystemdUnits units = new SystemdUnits(busSocket)) {
            units.call("RestartUnit", "ss", UNIT, "replace");
        }
    }

    /** Nothing runs, nothing is staged, no image is there but those of deployments. */
    void settle() throws Exception {
        if (!sysroot("ActiveTransactionPath").equals("")) {
            try (Peer peer = peer()) {
                peer.cancel();
                peer.start();
                peer.untilFinished();
            }
            reload();
        }
        try {
            cleanup("pending-deploy");
        } catch (BusError refused) {
            if (!refused.text().startsWith("Reboot initiated")) {
                throw refused;
            }
            restartRpmOstreed();
            cleanup("pending-deploy");
        }
        String end = end();
        if (!end.isEmpty()) {
            throw new AssertionError("does not settle: " + end);
        }
    }

    /** What a transaction told, without changes of its properties. */
    static List<String> ownLines(List<Signal> heard) {
        return heard.stream().filter(signal -> signal.iface().equals(TRANSACTION)).map(RpmOstreeWire::line).toList();
    }

    static String line(Signal signal) {
        StringBuilder line = new StringBuilder(signal.member());
        signal.arguments().forEach(argument -> line.append(' ').append(argument));
        return line.toString();
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
            Signal signal = connection.signals().poll(60, TimeUnit.SECONDS);
            if (signal == null) {
                throw new AssertionError("no signal within 60 s");
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
