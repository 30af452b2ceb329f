package dev.varve.controller.kube.leader;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.util.function.LongSupplier;

/**
 * Remembers when the lease was last written, counted from before the request: the elector itself looks at its deadline only
 * after a request has come back, which can be long after the lease is somebody else's.
 */
final class TimedLock implements Lock {
    private final Lock lock;
    private final LongSupplier nanoTime;
    private volatile long written;

    TimedLock(Lock lock, LongSupplier nanoTime) {
        this.lock = lock;
        this.nanoTime = nanoTime;
        this.written = nanoTime.getAsLong();
    }

    /** Nanoseconds since the last write began. */
    long age() {
        return nanoTime.getAsLong() - written;
    }

    @Override
    public LeaderElectionRecord get(KubernetesClient client) {
        return lock.get(client);
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord record) {
        long began = nanoTime.getAsLong();
        lock.create(client, record);
        written = began;
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord record) {
        long began = nanoTime.getAsLong();
        lock.update(client, record);
        written = began;
    }

    @Override
    public String identity() {
        return lock.identity();
    }

    @Override
    public String describe() {
        return lock.describe();
    }
}
