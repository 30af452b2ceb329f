package dev.varve.agent.drain;

import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.DrainReport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Who is left in a drain, who said no and when to ask again. By UID. */
final class Ledger {
    /** First wait after a refusal lies between the half of this and all of it. */
    private static final Duration FIRST = Duration.ofSeconds(1);
    /** Longest wait between two evictions of one pod; kubectl waits this long each time. */
    private static final Duration CAP = Duration.ofSeconds(5);
    /** An accepted eviction that leaves the pod without a deletion time is asked again after this. */
    private static final Duration UNHEARD = Duration.ofSeconds(5);

    private final Instant since;
    private final RandomGenerator random;
    private final Consumer<DrainReport> reports;
    private final Map<String, Refusal> refusals = new HashMap<>();
    private final Map<String, Instant> sent = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private List<PodFacts> left = List.of();
    private Optional<DrainReport> published = Optional.empty();

    private record Refusal(DrainReport.Blocker blocker, int times, Instant retry) {}

    Ledger(Instant since, RandomGenerator random, Consumer<DrainReport> reports) {
        this.since = since;
        this.random = random;
        this.reports = reports;
    }

    synchronized void keepOnly(List<PodFacts> leaving) {
        left = leaving;
        Set<String> uids = leaving.stream().map(PodFacts::uid).collect(Collectors.toSet());
        seen.addAll(uids);
        refusals.keySet().retainAll(uids);
        sent.keySet().retainAll(uids);
    }

    synchronized boolean due(PodFacts pod, Instant now) {
        Refusal refusal = refusals.get(pod.uid());
        Instant asked = sent.get(pod.uid());
        return (refusal == null || !now.isBefore(refusal.retry)) && (asked == null || now.isAfter(asked.plus(UNHEARD)));
    }

    /** Nobody would make this pod again. */
    synchronized void blocked(PodFacts pod, Instant now) {
        refusals.computeIfAbsent(pod.uid(), _ -> new Refusal(
                new DrainReport.Blocker(pod.namespace(), pod.name(), Optional.empty(),
                        "no controller would make this pod again: delete it or give it one", now),
                1, Instant.MAX));
    }

    synchronized void refused(PodFacts pod, Eviction.Refused refused, Instant now) {
        Refusal before = refusals.get(pod.uid());
        int times = before == null ? 1 : before.times + 1;
        long full = Math.min(CAP.toMillis(), FIRST.toMillis() << Math.min(times - 1, 10));
        Duration wait = Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
        Instant first = before == null ? now : before.blocker.since();
        refusals.put(pod.uid(), new Refusal(
                new DrainReport.Blocker(pod.namespace(), pod.name(), refused.budget(), refused.message(), first),
                times, now.plus(wait)));
        publish();
    }

    synchronized void asked(PodFacts pod, Instant now) {
        refusals.remove(pod.uid());
        sent.put(pod.uid(), now);
    }

    synchronized void publish() {
        List<DrainReport.Blocker> blockers = left.stream()
                .flatMap(pod -> Optional.ofNullable(refusals.get(pod.uid())).stream())
                .map(Refusal::blocker)
                .toList();
        var report = new DrainReport(since, seen.size(), left.size(), blockers);
        if (!published.equals(Optional.of(report))) {
            published = Optional.of(report);
            reports.accept(report);
        }
    }
}
