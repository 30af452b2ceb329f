package dev.varve.sandbox.host;

import dev.varve.sandbox.host.bus.Bus;
import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Call;
import dev.varve.sandbox.host.bus.MainLoop;
import dev.varve.sandbox.host.bus.Owner;
import dev.varve.sandbox.host.bus.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.types.Variant;
import org.jspecify.annotations.Nullable;

/**
 * The rpm-ostree daemon of one machine, from its start to its death: the Sysroot object, the OS object, and the one
 * transaction that may run. Member by member after {@code org.projectatomic.rpmostree1.xml}.
 */
final class RpmOstreed implements Service, Transaction.Host {
    static final String NAME = "org.projectatomic.rpmostree1";
    static final String SYSROOT_PATH = "/org/projectatomic/rpmostree1/Sysroot";
    /** The dash of the name becomes an underscore (rpm-ostree-dbus.md 1.1). */
    static final String OS_PATH = "/org/projectatomic/rpmostree1/" + Deployment.OS_NAME.replace('-', '_');
    static final String SYSROOT = NAME + ".Sysroot";
    static final String OS = NAME + ".OS";
    static final String FAILED = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code0";
    private static final String NOT_FOUND = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code1";
    private static final String BUSY = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code26";
    /** Where clients are told to find a transaction; that is where it is for them, below their own view of {@code /run}. */
    static final String TRANSACTION_ADDRESS = "unix:path=/run/rpm-ostree-transaction.sock";
    private static final Set<String> FOR_ALL = Set.of("GetOS", "Reload");
    /** There is no polkit to ask about anybody but root. */
    private static final String UNAUTHORISED = "Authorization error: GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown:"
            + " The name org.freedesktop.PolicyKit1 was not provided by any .service files";
    private static final int RELOAD_ROUNDS = 10;
    private static final Duration RELOAD_ROUND = Duration.ofMillis(5);
    /** From giving up its name to its end, where a transaction runs (rpm-ostree-dbus.md 7.1). */
    private static final Duration LEAVE = Duration.ofMillis(300);
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";

    private final Storage storage;
    private final Path transactionSocket;
    private final Optional<Duration> idleExit;
    private final Set<String> clients = new HashSet<>();
    private int rests;
    private final Runnable reboot;
    private final MainLoop loop;
    private final OsMethods methods;
    private final HostProperties properties;
    private final Owner owner;
    private @Nullable Transaction active;
    private boolean rebooting;
    private @Nullable CountDownLatch stopped;
    private volatile boolean leaving;
    private final CountDownLatch dead = new CountDownLatch(1);

    private RpmOstreed(Owner owner, MainLoop loop, Storage storage, MachineFiles files, Runnable reboot) {
        this.owner = owner;
        this.loop = loop;
        this.storage = storage;
        this.transactionSocket = files.transactionSocket();
        this.idleExit = IdleExit.after(files.rpmOstreedConfig());
        this.reboot = reboot;
        this.methods = new OsMethods(storage);
        this.properties = new HostProperties(storage.sysroot(), storage.otherUpdaters());
        rest();
    }

    /** @param reboot what {@code systemctl reboot} does; returns at once */
    static RpmOstreed start(Bus bus, Storage storage, MachineFiles files, Runnable reboot) {
        MainLoop loop = new MainLoop("rpm-ostreed");
        return bus.own(NAME, loop, owner -> new RpmOstreed(owner, loop, storage, files, reboot));
    }

    /** Told by the transaction that has just changed them, before it ends. */
    void deploymentsChanged() {
        loop.execute(() -> {
            changed(SYSROOT_PATH, SYSROOT, Map.of("Deployments", properties.sysroot(active).get("Deployments")));
            Map<String, Variant<?>> os = properties.os();
            os.remove("Name");
            changed(OS_PATH, OS, os);
        });
    }

    boolean alive() {
        return dead.getCount() > 0;
    }

    /** It is about to give up its name, or dead. */
    boolean leaving() {
        return leaving;
    }

    /** SIGKILL: the name goes, peers see their connections end, nothing is said. Returns when it is dead. */
    void kill() {
        loop.executeNext(this::killed);
        resume();
        awaitEnd();
    }

    /** SIGTERM: gives up its name, breaks off what it does, and is dead a little later. */
    void terminate() {
        leaving = true;
        loop.execute(() -> {
            owner.release();
            if (active == null || !active.started()) {
                killed();
            } else {
                active.breakOff();
                loop.after(LEAVE, this::killed);
            }
        });
    }

    /** SIGSTOP: answers nobody until it is continued or killed. The worker of a transaction is not stopped with it. */
    synchronized void stop() {
        if (stopped == null) {
            CountDownLatch latch = new CountDownLatch(1);
            stopped = latch;
            loop.execute(() -> await(latch));
        }
    }

    /** SIGCONT. */
    synchronized void resume() {
        if (stopped != null) {
            stopped.countDown();
            stopped = null;
        }
    }

    void awaitEnd() {
        await(dead);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void handle(Call call) throws BusError {
        if (!call.byRoot() && !call.iface().equals(PROPERTIES) && !FOR_ALL.contains(call.member())) {
            throw new BusError("org.freedesktop.DBus.Error.Failed", UNAUTHORISED);
        }
        if (storage.faults().take(Fault.DaemonDiesAsked.class, fault -> fault.method().equals(call.member())).isPresent()) {
            killed();
        } else if (call.iface().equals(PROPERTIES)) {
            property(call);
        } else if (call.path().equals(SYSROOT_PATH) && call.iface().equals(SYSROOT)) {
            sysrootMethod(call);
        } else if (call.path().equals(OS_PATH) && call.iface().equals(OS)) {
            osMethod(call);
        } else {
            throw new BusError(BusError.UNKNOWN_METHOD, "Object does not exist at path “" + call.path() + "”");
        }
    }

    /** A client that dies before it starts its transaction takes it along. */
    @Override
    public void vanished(String uniqueName) {
        if (active != null && !active.started() && active.request().sender().equals(uniqueName)) {
            active.drop();
        }
        forget(uniqueName);
    }

    @Override
    public void cleared(Transaction transaction) {
        if (active == transaction) {
            active = null;
            transactionChanged();
            rest();
        }
    }

    @Override
    public void rebootWanted() {
        rebooting = true;
        reboot.run();
    }

    @Override
    public void killed() {
        Transaction running = active;
        if (running != null) {
            active = null;
            running.abandon();
        }
        leaving = true;
        owner.release();
        loop.close();
        dead.countDown();
    }

    private void forget(String client) {
        if (clients.remove(client)) {
            rest();
        }
    }

    /** Begins to count towards the idle exit, again from the start; whoever keeps it from that does so when he leaves. */
    private void rest() {
        int current = ++rests;
        idleExit.ifPresent(after -> loop.after(after, () -> {
            if (current == rests && clients.isEmpty() && active == null) {
                killed();
            }
        }));
    }

    private void sysrootMethod(Call call) throws BusError {
        switch (call.member() + "(" + call.signature() + ")") {
            case "RegisterClient(a{sv})" -> {
                clients.add(call.sender());
                call.answer("");
            }
            case "UnregisterClient(a{sv})" -> {
                forget(call.sender());
                call.answer("");
            }
            case "Reload()", "ReloadConfig()" -> reload(call, RELOAD_ROUNDS);
            case "GetOS(s)" -> {
                if (!Deployment.OS_NAME.equals(call.arguments().getFirst())) {
                    throw new BusError(NOT_FOUND, "OS name \"" + call.arguments().getFirst() + "\" not found");
                }
                call.answer("o", new DBusPath(OS_PATH));
            }
            default -> throw OsMethods.unknown(call);
        }
    }

    /** Clients take it for a barrier: peers that have left before the call are seen to have left before its answer. */
    private void reload(Call call, int rounds) {
        if (rounds > 0 && active != null && active.ended()) {
            loop.after(RELOAD_ROUND, () -> reload(call, rounds - 1));
        } else {
            call.answer("");
        }
    }

    private void osMethod(Call call) throws BusError {
        if (methods.isQuery(call)) {
            methods.query(call);
            return;
        }
        TransactionRequest request = methods.transaction(call);
        Transaction running = active;
        if (running != null) {
            if (!request.joins(running.request())) {
                throw new BusError(
                        BUSY,
                        "Transaction in progress: " + running.title()
                                + "\n You can cancel the current transaction with `rpm-ostree cancel`");
            }
        } else if (rebooting) {
            throw new BusError(FAILED, "Reboot initiated, cannot start new transaction");
        } else {
            active = new Transaction(request, transactionSocket, loop, storage.times().forceClose(), this);
            transactionChanged();
        }
        call.answer("s", TRANSACTION_ADDRESS);
    }

    private void property(Call call) throws BusError {
        String iface = call.arguments().getFirst().toString();
        Map<String, Variant<?>> all = properties(call.path(), iface);
        switch (call.member() + "(" + call.signature() + ")") {
            case "GetAll(s)" -> call.answer("a{sv}", all);
            case "Get(ss)" -> {
                Variant<?> value = all.get(call.arguments().getLast().toString());
                if (value == null) {
                    throw new BusError(BusError.INVALID_ARGUMENTS, "No such property “" + call.arguments().getLast() + "”");
                }
                call.answer("v", value);
            }
            default -> throw OsMethods.unknown(call);
        }
    }

    private Map<String, Variant<?>> properties(String path, String iface) throws BusError {
        if (path.equals(SYSROOT_PATH) && iface.equals(SYSROOT)) {
            return properties.sysroot(active);
        }
        if (path.equals(OS_PATH) && iface.equals(OS)) {
            return properties.os();
        }
        throw new BusError(BusError.INVALID_ARGUMENTS, "No such interface “" + iface + "” at “" + path + "”");
    }

    private void transactionChanged() {
        changed(SYSROOT_PATH, SYSROOT, HostProperties.transaction(active));
    }

    private void changed(String path, String iface, Map<String, Variant<?>> values) {
        owner.signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", iface, values, List.of());
    }
}
