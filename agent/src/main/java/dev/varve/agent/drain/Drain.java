package dev.varve.agent.drain;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.decide.DrainFilter;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.DrainReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One drain: evicts, asks again where a disruption budget says no, and waits until each pod is gone. A pod of the same name
 * with another UID is another pod. Ends when nothing is left; an interrupt ends it too, and what was evicted stays evicted.
 */
public final class Drain {
    /** Evictions under way at the same time. */
    private static final int IN_FLIGHT = 10;
    /** Between two looks at what is left: pods take their grace period, seconds at the least. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final NodeApi api;
    private final Clock clock;
    private final Pause pause;
    private final RandomGenerator random;
    private final Consumer<DrainReport> reports;

    /** @param reports gets a report whenever there is a new one, from any thread */
    public Drain(NodeApi api, Clock clock, Pause pause, RandomGenerator random, Consumer<DrainReport> reports) {
        this.api = api;
        this.clock = clock;
        this.pause = pause;
        this.random = random;
        this.reports = reports;
    }

    /**
     * Returns when nothing is left that has to go.
     *
     * @param since when the drain began, in this life or in an earlier one
     * @param force delete what would be evicted, and what blocks
     * @throws ClusterException where the API server does not answer; to be begun again
     */
    public void run(DrainFilter filter, Instant since, boolean force) throws InterruptedException {
        var ledger = new Ledger(since, random, reports);
        try (ExecutorService flights = Executors.newVirtualThreadPerTaskExecutor()) {
            while (round(filter, ledger, flights, force)) {
                pause.sleep(LOOK);
            }
        }
    }

    private boolean round(DrainFilter filter, Ledger ledger, ExecutorService flights, boolean force) throws InterruptedException {
        List<PodFacts> leaving = api.pods().stream()
                .filter(pod -> filter.of(pod) != DrainFilter.Verdict.Stay)
                .toList();
        ledger.keepOnly(leaving);
        for (PodFacts pod : leaving) {
            if (!force && filter.of(pod) == DrainFilter.Verdict.Blocks) {
                ledger.blocked(pod, clock.instant());
            }
        }
        ledger.publish();
        List<PodFacts> due = leaving.stream()
                .filter(pod -> !pod.terminating() && ledger.due(pod, clock.instant()))
                .filter(pod -> force || filter.of(pod) == DrainFilter.Verdict.Evict)
                .limit(IN_FLIGHT)
                .toList();
        send(due, ledger, flights, force);
        return !leaving.isEmpty();
    }

    private void send(List<PodFacts> due, Ledger ledger, ExecutorService flights, boolean force) throws InterruptedException {
        var tasks = new ArrayList<Callable<Void>>();
        for (PodFacts pod : due) {
            tasks.add(() -> {
                if (force) {
                    delete(pod, ledger);
                } else {
                    evict(pod, ledger);
                }
                return null;
            });
        }
        for (Future<Void> flight : flights.invokeAll(tasks)) {
            try {
                flight.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof ClusterException known
                        ? known
                        : new ClusterException("drain", 0, failed);
            }
        }
    }

    private void evict(PodFacts pod, Ledger ledger) {
        switch (api.evict(pod)) {
            case Eviction.Accepted _ -> ledger.asked(pod, clock.instant());
            case Eviction.Gone _ -> ledger.asked(pod, clock.instant());
            case Eviction.Refused refused -> ledger.refused(pod, refused, clock.instant());
        }
    }

    private void delete(PodFacts pod, Ledger ledger) {
        api.delete(pod);
        ledger.asked(pod, clock.instant());
        api.event(true, "ForcedDrain", "Deleted pod " + pod.path() + ", which could not be evicted before the drain's deadline");
    }
}
