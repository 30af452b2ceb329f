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
import java.util.List;
import java.util.Optional;
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
    /** Requests under way at the same time. */
    private static final int IN_FLIGHT = 10;
    /** Between two looks at what is left, at first and at the most: pods take their grace period, seconds at the least. */
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);
    /** What may be lost by looking late: this part of the time that nothing has changed already. */
    private static final int PART_LOST = 20;

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
     * @param before what it reported then
     * @param force delete what would be evicted, and what blocks
     * @throws ClusterException where the API server does not answer; to be begun again
     */
    public void run(DrainFilter filter, Instant since, Optional<DrainReport> before, boolean force) throws InterruptedException {
        var ledger = new Ledger(since, before, random, reports);
        Instant changed = clock.instant();
        try (ExecutorService flights = Executors.newVirtualThreadPerTaskExecutor()) {
            while (true) {
                Instant looked = clock.instant();
                List<PodFacts> leaving = leaving(filter);
                if (look(leaving, filter, ledger, force)) {
                    changed = clock.instant();
                }
                if (leaving.isEmpty()) {
                    return;
                }
                ask(looked.plus(LOOK), ledger, flights, force);
                pause.sleep(untilNextLook(looked, changed, ledger));
            }
        }
    }

    private List<PodFacts> leaving(DrainFilter filter) {
        return api.pods().stream()
                .filter(pod -> filter.of(pod) != DrainFilter.Verdict.Stay)
                .toList();
    }

    private boolean look(List<PodFacts> leaving, DrainFilter filter, Ledger ledger, boolean force) {
        boolean news = ledger.take(leaving, leaving.stream()
                .filter(pod -> !pod.terminating() && (force || filter.of(pod) == DrainFilter.Verdict.Evict))
                .toList());
        for (PodFacts pod : leaving) {
            pod.leaving().ifPresent(way -> ledger.leaving(pod, way, clock.instant()));
            if (!force && filter.of(pod) == DrainFilter.Verdict.Blocks) {
                ledger.orphan(pod, clock.instant());
            }
        }
        ledger.publish();
        return news;
    }

    /** Asks until it is nobody's turn, since an answer may make it another's, or time for the next look. */
    private void ask(Instant end, Ledger ledger, ExecutorService flights, boolean force) throws InterruptedException {
        List<PodFacts> turn = ledger.turn(clock.instant(), IN_FLIGHT);
        while (!turn.isEmpty()) {
            List<Callable<Void>> questions = turn.stream().<Callable<Void>>map(pod -> () -> {
                ask(pod, ledger, force);
                return null;
            }).toList();
            for (Future<Void> answer : flights.invokeAll(questions)) {
                try {
                    answer.get();
                } catch (ExecutionException failed) {
                    throw failed.getCause() instanceof ClusterException known
                            ? known
                            : new ClusterException("drain", 0, failed);
                }
            }
            Instant now = clock.instant();
            turn = now.isBefore(end) ? ledger.turn(now, IN_FLIGHT) : List.of();
        }
    }

    private void ask(PodFacts pod, Ledger ledger, boolean force) {
        try {
            if (force) {
                delete(pod, ledger);
            } else {
                evict(pod, ledger);
            }
        } finally {
            ledger.unanswered(pod);
        }
    }

    private void evict(PodFacts pod, Ledger ledger) {
        switch (api.evict(pod)) {
            case Eviction.Accepted _ -> ledger.accepted(pod, clock.instant());
            case Eviction.Gone _ -> ledger.gone(pod, clock.instant());
            case Eviction.Refused refused -> ledger.refused(pod, refused, clock.instant());
        }
    }

    private void delete(PodFacts pod, Ledger ledger) {
        boolean deleted = api.delete(pod);
        ledger.accepted(pod, clock.instant());
        if (deleted) {
            api.event(true, "ForcedDrain", "Deleted pod " + pod.path() + ", which could not be evicted before the drain's deadline");
        }
    }

    private Duration untilNextLook(Instant looked, Instant changed, Ledger ledger) {
        Instant now = clock.instant();
        Duration patience = Duration.between(changed, now).dividedBy(PART_LOST);
        Instant look = looked.plus(patience.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : patience);
        Instant sooner = ledger.nextTurn().filter(look::isAfter).orElse(look);
        Instant earliest = looked.plus(LOOK);
        Duration left = Duration.between(now, sooner.isBefore(earliest) ? earliest : sooner);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
