package dev.varve.sandbox.crash;

import static org.awaitility.Awaitility.await;

import dev.varve.sandbox.Cluster;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** One end of a node's agent, or of the node, at a moment that is seen. Closed, it no longer comes: what a row has not come to must not befall the next. */
final class SeenEnd implements AutoCloseable {
    private static final Duration GLANCE = Duration.ofMillis(10);

    private final Cluster cluster;
    private final String node;
    private final boolean powerCut;
    private final CompletableFuture<Void> moment;
    private final CompletableFuture<Void> end;
    private volatile boolean closed;

    /**
     * @param moment completes when it is seen
     * @param ready true from when the end may come after that
     * @param left true of a node that has no agent any more which could be killed
     */
    SeenEnd(Cluster cluster, String node, boolean powerCut, CompletableFuture<Void> moment, BooleanSupplier ready, BooleanSupplier left) {
        this.cluster = cluster;
        this.node = node;
        this.powerCut = powerCut;
        this.moment = moment;
        this.end = moment.thenRunAsync(() -> come(ready, left));
    }

    /** Returns when it has come. */
    void awaitIt() throws InterruptedException, ExecutionException {
        try {
            end.get(cluster.patience().toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError(node + (moment.isDone() ? " did not come to its end" : " never came to the moment of its end"), late);
        }
    }

    private void come(BooleanSupplier ready, BooleanSupplier left) {
        until(ready);
        if (closed) {
            return;
        }
        if (powerCut) {
            cluster.powerCut(node);
        } else {
            // While the machine is down no agent runs that could be killed: the next one is, as soon as it is there.
            until(() -> cluster.killAgent(node) || left.getAsBoolean());
        }
    }

    private void until(BooleanSupplier wanted) {
        await().pollDelay(Duration.ZERO).pollInterval(GLANCE).atMost(cluster.patience()).until(() -> closed || wanted.getAsBoolean());
    }

    @Override
    public void close() {
        closed = true;
        moment.cancel(false);
        await().atMost(cluster.patience()).until(end::isDone);
    }
}
