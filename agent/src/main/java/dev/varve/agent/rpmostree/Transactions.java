package dev.varve.agent.rpmostree;

import dev.varve.agent.decide.HostTransaction;
import dev.varve.agent.host.HostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs transactions to their end, one of ours at a time on each thread, and tells what runs now. */
final class Transactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    private final RpmOstreeConfig config;
    private final SystemBus bus;
    private final Daemon daemon;
    private final Set<TransactionPeer> followed = ConcurrentHashMap.newKeySet();

    Transactions(RpmOstreeConfig config, SystemBus bus, Daemon daemon) {
        this.config = config;
        this.bus = bus;
        this.daemon = daemon;
    }

    /**
     * Asks for a transaction and follows it to its end.
     *
     * @param request asks for it and returns its address
     * @throws HostException where it was refused, failed, or its end was not heard
     */
    void run(String operation, Supplier<String> request, Consumer<String> progress) {
        daemon.register();
        try {
            joinOwn(operation, request, progress);
            daemon.reload();
        } catch (HostException failed) {
            settle(failed);
            throw failed;
        } finally {
            daemon.unregister();
        }
    }

    /** Also what has failed stays the active one until the daemon has seen us leave, and refuses whatever is asked for next. */
    private void settle(HostException failed) {
        boolean ended = failed.errorName().isEmpty() && !Thread.currentThread().isInterrupted();
        try {
            if (ended) {
                daemon.reload();
            }
        } catch (HostException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    /** As {@link #run}, where success means that the host goes down and there is nobody left to talk to. */
    void runToReboot(String operation, Supplier<String> request) {
        daemon.register();
        try {
            joinOwn(operation, request, ignored -> { });
        } catch (HostException failed) {
            daemon.unregister();
            throw failed;
        }
    }

    /** Waits for the end of a transaction of ours that was begun in an earlier life; returns at once where it is over. */
    void rejoin(HostTransaction transaction, Consumer<String> progress) {
        String address = address(daemon.properties());
        if (!address.isEmpty()) {
            join("follow " + transaction.title(), address, progress);
            daemon.reload();
        }
    }

    /**
     * Waits for the end of somebody else's transaction, by signal: the daemon's properties change, or it goes away, or the bus
     * does. How that ends is none of our business.
     */
    void awaitEnd(HostTransaction transaction) {
        Semaphore changed = new Semaphore(0);
        try (SystemBus.Subscription subscription = bus.listen(new Wake(changed::release, true))) {
            while (!address(daemon.properties()).isEmpty()) {
                changed.acquire();
                changed.drainPermits();
                daemon.ensureRunning();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new HostException("wait for the end of " + transaction.title(), "interrupted", stopped);
        }
    }

    Optional<HostTransaction> running() {
        return running(daemon.properties());
    }

    /** What runs now. Its title is read without starting it; a transaction that ends meanwhile does not run. */
    Optional<HostTransaction> running(Map<String, Object> sysroot) {
        String address = address(sysroot);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        List<?> active = DBusValues.list(sysroot.getOrDefault("ActiveTransaction", List.of()));
        String method = active.isEmpty() ? "" : active.get(0).toString();
        if (active.size() > 1 && active.get(1).equals(bus.uniqueName())) {
            // Asked for on this very connection; another peer of ours would only keep it from ending.
            return Optional.of(new HostTransaction(method, true));
        }
        try (TransactionPeer peer = new TransactionPeer(socket(address), config.replyTimeout())) {
            String title = peer.title();
            return Optional.of(new HostTransaction(title, title.startsWith(Daemon.TAG)));
        } catch (HostException gone) {
            LOG.debug("cannot ask the running transaction for its title", gone);
            return address(daemon.properties()).isEmpty() ? Optional.empty() : Optional.of(new HostTransaction(method, false));
        }
    }

    /** What was asked for and is never started blocks everybody for as long as we are on the bus: then we leave it. */
    private void joinOwn(String operation, Supplier<String> request, Consumer<String> progress) {
        boolean settled = false;
        try {
            String address = request.get();
            try (TransactionPeer peer = new TransactionPeer(socket(address), config.replyTimeout())) {
                peer.start(operation);
                settled = true;
                await(operation, peer, progress);
            }
        } catch (HostException failed) {
            settled |= refused(failed);
            throw failed;
        } finally {
            if (!settled) {
                bus.leave();
            }
        }
    }

    private void join(String operation, String address, Consumer<String> progress) {
        try (TransactionPeer peer = new TransactionPeer(socket(address), config.replyTimeout())) {
            peer.start(operation);
            await(operation, peer, progress);
        }
    }

    private void await(String operation, TransactionPeer peer, Consumer<String> progress) {
        ProgressText text = new ProgressText();
        followed.add(peer);
        try {
            peer.await(operation, config.stallTimeout(), told -> {
                if (!told.isEmpty()) {
                    progress.accept(text.of(told));
                }
            });
        } finally {
            followed.remove(peer);
        }
    }

    /** Stops following: who follows is told that the end was not heard, and what was started goes on. */
    @Override
    public void close() {
        followed.forEach(TransactionPeer::close);
    }

    /** True where the daemon itself has said no; otherwise it may have said yes without our hearing it. */
    private static boolean refused(HostException failed) {
        return !failed.errorName().isEmpty() && !Link.unheard(failed);
    }

    private Path socket(String address) {
        return SocketAddress.pathOnHost(address, config.hostRun());
    }

    private static String address(Map<String, Object> sysroot) {
        return DBusValues.text(sysroot, "ActiveTransactionPath");
    }
}
