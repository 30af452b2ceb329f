package dev.varve.controller;

import dev.varve.controller.kube.Informers;
import dev.varve.controller.kube.KubeException;
import dev.varve.controller.kube.leader.Leadership;
import dev.varve.controller.kube.rollout.FreshNodes;
import dev.varve.controller.kube.rollout.KubeNodes;
import dev.varve.controller.loop.Workers;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a leader does from winning the lease to losing it: waits until all has been read, reads the nodes once more past
 * every cache, then lets the workers turn. Its end is final.
 */
final class Reign implements Leadership.Listener {
    /** Pools turned at the same time. */
    private static final int WORKERS = 4;
    /** Between two looks at what is still missing. */
    private static final Duration LOOK = Duration.ofMillis(50);
    /** Between two tries to read the nodes. */
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** For turns to end that were interrupted. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Reign.class);

    private final Supplier<Workers> newWorkers;
    private final Informers informers;
    private final KubeNodes nodes;
    private final FreshNodes fresh;
    private final Runnable lost;
    private @Nullable Thread beginning;
    private @Nullable Workers workers;
    private boolean over;

    Reign(Supplier<Workers> newWorkers, Informers informers, KubeNodes nodes, FreshNodes fresh, Runnable lost) {
        this.newWorkers = newWorkers;
        this.informers = informers;
        this.nodes = nodes;
        this.fresh = fresh;
        this.lost = lost;
    }

    @Override
    public synchronized void won() {
        if (!over) {
            beginning = Thread.ofPlatform().daemon().name("varve-reign").start(this::begin);
        }
    }

    @Override
    public void lost() {
        end(Duration.ZERO);
        lost.run();
    }

    /** Returns when nothing acts any more. */
    void end() {
        end(PATIENCE);
    }

    synchronized boolean isHealthy() {
        return workers == null || workers.isHealthy();
    }

    private void end(Duration patience) {
        Workers ending;
        synchronized (this) {
            over = true;
            if (beginning != null) {
                beginning.interrupt();
            }
            ending = workers;
        }
        if (ending != null) {
            ending.stop(patience);
        }
    }

    private void begin() {
        try {
            while (!informers.missing().isEmpty()) {
                Thread.sleep(LOOK);
            }
            while (!readNodes()) {
                Thread.sleep(RETRY);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (this) {
            if (!over) {
                Workers starting = newWorkers.get();
                starting.start(WORKERS);
                workers = starting;
            }
        }
    }

    private boolean readNodes() {
        try {
            nodes.readAll(fresh);
            return true;
        } catch (KubeException failed) {
            LOG.warn("cannot begin before the nodes are read; tried again in {}", RETRY, failed);
            return false;
        }
    }
}
