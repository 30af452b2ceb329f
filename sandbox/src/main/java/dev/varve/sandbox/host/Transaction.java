package dev.varve.sandbox.host;

import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Call;
import dev.varve.sandbox.host.bus.MainLoop;
import dev.varve.sandbox.host.bus.PeerServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.freedesktop.dbus.types.Variant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction on its peer socket, by rpm-ostree's rules (rpm-ostree-dbus.md 1.6): it waits for Start, goes on without its
 * client after that, and stays the active one until its peers have left or the time for that is up. All but the work itself
 * happens on the daemon's loop.
 */
final class Transaction implements PeerServer.PeerService {
    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);
    static final String INTERFACE = "org.projectatomic.rpmostree1.Transaction";
    static final String CANCELLED = "Operation was cancelled";
    private static final String PATH = "/";
    private static final String CLIENT = "InitiatingClientDescription";
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";

    /** How a transaction ended. */
    private record End(boolean success, String text) {}

    private final TransactionRequest request;
    private final MainLoop loop;
    private final Duration forceClose;
    private final Host host;
    private final PeerServer server;
    private final Set<PeerServer.Peer> peers = new LinkedHashSet<>();
    private String title;
    private @Nullable Thread worker;
    private boolean cancelled;
    private boolean brokenOff;
    private @Nullable End end;
    private boolean gone;

    /** What a transaction needs of its daemon. */
    interface Host {
        /** It is over and its peers have left. */
        void cleared(Transaction transaction);

        void rebootWanted();

        /** The process ends without another word. */
        void killed();
    }

    Transaction(TransactionRequest request, Path socket, MainLoop loop, Duration forceClose, Host host) {
        this.request = request;
        this.loop = loop;
        this.forceClose = forceClose;
        this.host = host;
        this.title = request.titleBeforeStart();
        try {
            this.server = new PeerServer(socket, loop, this);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot bind " + socket, failed);
        }
    }

    TransactionRequest request() {
        return request;
    }

    String title() {
        return title;
    }

    boolean started() {
        return worker != null;
    }

    boolean ended() {
        return end != null;
    }

    @Override
    public void joined(PeerServer.Peer peer) {
        peers.add(peer);
    }

    @Override
    public void left(PeerServer.Peer peer) {
        peers.remove(peer);
        if (end != null && peers.isEmpty()) {
            clear();
        }
    }

    @Override
    public void handle(PeerServer.Peer peer, Call call) throws BusError {
        if (gone) {
            return; // Was on its way as the connection was closed: a Start that comes too late starts nothing.
        }
        switch (call.member()) {
            case "Start" -> start(peer, call);
            case "Cancel" -> cancel(call);
            case "Get" -> call.answer("v", property(call.arguments().getLast().toString()));
            case "GetAll" -> call.answer("a{sv}", Map.of("Title", property("Title"), CLIENT, property(CLIENT)));
            default -> throw new BusError(BusError.UNKNOWN_METHOD, "No such method “" + call.member() + "”");
        }
    }

    /** Ends it as if its client had never asked. */
    void drop() {
        clear();
    }

    /** The daemon is about to end, and what it works with has ended: the task that runs ends, the transaction never does. */
    void breakOff() {
        brokenOff = true;
        if (worker != null) {
            worker.interrupt();
        }
    }

    /** The daemon is dead: peers see their connections end. */
    void abandon() {
        gone = true;
        if (worker != null) {
            worker.interrupt();
        }
        closeServer();
    }

    private void start(PeerServer.Peer peer, Call call) {
        boolean first = worker == null;
        call.answer("b", first);
        if (first) {
            title = request.titleAfterStart();
            emit(PROPERTIES, "PropertiesChanged", "sa{sv}as", INTERFACE, Map.of("Title", new Variant<>(title)), List.of());
            worker = Thread.ofVirtual().name("rpm-ostree-transaction").start(this::work);
            if (cancelled) {
                worker.interrupt();
            }
        } else if (end != null) {
            peer.signal(PATH, INTERFACE, "Finished", "bs", end.success(), end.text());
        }
    }

    private void cancel(Call call) {
        cancelled = true;
        call.answer("");
        if (worker != null) {
            worker.interrupt();
        }
    }

    private Variant<String> property(String name) throws BusError {
        return switch (name) {
            case "Title" -> new Variant<>(title);
            case CLIENT -> new Variant<>(request.clientDescription());
            default -> throw new BusError(BusError.INVALID_ARGUMENTS, "No such property “" + name + "”");
        };
    }

    private void work() {
        Signals signals = new Signals();
        try {
            Work.Then then = request.work().run(signals);
            finish(new End(true, ""), then);
        } catch (TransactionFailed failed) {
            String text = Thread.currentThread().isInterrupted() ? CANCELLED : String.valueOf(failed.getMessage());
            finish(new End(false, text), Work.Then.NOTHING);
        } catch (InterruptedException stopped) {
            finish(new End(false, CANCELLED), Work.Then.NOTHING);
        } catch (RuntimeException fault) {
            // A fault of the simulation, or of the image source behind it: it must not hang whoever waits.
            LOG.error("{} failed within", title, fault);
            finish(new End(false, "fault of the simulated host: " + fault), Work.Then.NOTHING);
        }
    }

    private void finish(End how, Work.Then then) {
        loop.execute(() -> {
            if (gone || brokenOff) {
                return;
            }
            end = how;
            emit(INTERFACE, "Finished", "bs", how.success(), how.text());
            loop.after(forceClose, this::clear);
            if (then == Work.Then.REBOOT) {
                host.rebootWanted();
            }
            if (peers.isEmpty()) {
                clear();
            }
        });
    }

    private void clear() {
        if (!gone) {
            gone = true;
            closeServer();
            host.cleared(this);
        }
    }

    private void closeServer() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot close the transaction's socket", failed);
        }
    }

    private void emit(String iface, String member, String signature, Object... values) {
        peers.forEach(peer -> peer.signal(PATH, iface, member, signature, values));
    }

    private void later(String member, String signature, Object... values) {
        loop.execute(() -> {
            if (!gone) {
                emit(INTERFACE, member, signature, values);
            }
        });
    }

    /** Progress as signals, in the order in which it was made. */
    private final class Signals implements Work.Progress {
        @Override
        public void message(String text) {
            later("Message", "s", text);
        }

        @Override
        public void task(String text, Work.Step step) throws TransactionFailed, InterruptedException {
            later("TaskBegin", "s", text);
            try {
                step.run();
            } finally {
                later("TaskEnd", "s", "done");
            }
        }

        @Override
        public void progressEnd() {
            later("ProgressEnd", "");
        }

        @Override
        public void die() throws InterruptedException {
            loop.execute(host::killed);
            Thread.sleep(Duration.ofDays(1));
        }
    }
}
