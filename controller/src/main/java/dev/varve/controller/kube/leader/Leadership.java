package dev.varve.controller.kube.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads, or waits until it may. Leading is won once and lost once: whoever wants to lead again starts anew, with nothing
 * left over from before.
 */
public final class Leadership implements AutoCloseable {
    /** Name of the Lease. */
    public static final String LEASE = "varve-controller";

    /** Requests that may hang one after the other before the lease is lost. */
    private static final int TRIES_TO_RENEW = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    /** What happens with the leadership; from threads that must not be held up. */
    public interface Listener {
        void won();

        /** Nothing may be done any more. Called once at the most, and not after {@link #close} or {@link #abandon}. */
        void lost();
    }

    private final String namespace;
    private final String identity;
    private final LeaseTimes times;
    private final Listener listener;
    private final KubernetesClient client;
    private final TimedLock lock;
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("varve-lease").factory());
    private final ScheduledExecutorService watchdog =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("varve-lease-watch").factory());
    private final AtomicBoolean leading = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile Optional<String> leader = Optional.empty();
    private @Nullable CompletableFuture<?> election;

    /** @param identity of this process; no other may have the same */
    public Leadership(KubernetesClient client, String namespace, String identity, LeaseTimes times, Listener listener) {
        this.namespace = namespace;
        this.identity = identity;
        this.times = times;
        this.listener = listener;
        // Own settings: a request that is retried inside the client for minutes would hide that the lease has run out.
        this.client = client.newClient(new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout(Math.toIntExact(times.renew().dividedBy(TRIES_TO_RENEW).toMillis()))
                        .build())
                .adapt(KubernetesClient.class);
        this.lock = new TimedLock(new LeaseLock(namespace, LEASE, identity), System::nanoTime);
    }

    /** Begins to stand for election; returns at once. */
    public synchronized void start() {
        var config = new LeaderElectionConfig(
                lock, times.lease(), times.renew(), times.retry(), callbacks(), false, LEASE);
        election = new LeaderElector(client, config, executor).start();
        long step = times.retry().toMillis();
        watchdog.scheduleAtFixedRate(this::checkDeadline, step, Math.max(1, step / 4), TimeUnit.MILLISECONDS);
    }

    /** May act now: holds the lease, and has renewed it in time. Cheap enough to be asked before every write. */
    public boolean leads() {
        return leading.get() && lock.age() < times.renew().toNanos();
    }

    /** Who leads, as far as known. */
    public Optional<String> leader() {
        return leader;
    }

    /** Gives the lease back, so that the next leader need not wait for it to run out. The caller has stopped acting. */
    @Override
    public void close() {
        boolean led = leading.get();
        abandon();
        if (led) {
            release();
        }
    }

    /** Stops without giving anything back, as a process does that is killed. */
    public synchronized void abandon() {
        over.set(true);
        leading.set(false);
        watchdog.shutdownNow();
        if (election != null) {
            election.cancel(true);
        }
        executor.shutdownNow();
    }

    private LeaderCallbacks callbacks() {
        return new LeaderCallbacks(this::win, this::lose, name -> leader = Optional.ofNullable(name).filter(n -> !n.isEmpty()));
    }

    private void win() {
        if (!over.get() && leading.compareAndSet(false, true)) {
            LOG.info("{} leads", identity);
            listener.won();
        }
    }

    private void lose() {
        if (leading.compareAndSet(true, false) && !over.getAndSet(true)) {
            LOG.warn("{} has lost the lease and stops acting", identity);
            listener.lost();
        }
    }

    private void checkDeadline() {
        if (leading.get() && !leads()) {
            lose();
        }
    }

    /**
     * The elector's own release leaves its name in the lease, so the next one would wait for its last second. An absent
     * holder can be taken over at once.
     */
    private void release() {
        var leases = client.leases().inNamespace(namespace);
        try {
            Lease lease = leases.withName(LEASE).get();
            if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
                lease.getSpec().setHolderIdentity(null);
                leases.resource(lease).update();
                LOG.info("{} gives the lease back", identity);
            }
        } catch (KubernetesClientException failed) {
            LOG.warn("the lease could not be given back and runs out in {}", times.lease(), failed);
        }
    }
}
