package dev.varve.agent.drain;

import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.DrainReport;
import dev.varve.contract.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Who is left in a drain, whose turn it is to be asked, and who does not go and why. By UID. */
final class Ledger {
    /** An accepted eviction that leaves the pod without a deletion time is asked again after this. */
    private static final Duration UNHEARD = Duration.ofSeconds(5);
    /** What a kubelet needs to end a pod and say so, after its grace period. */
    private static final Duration LATE = Duration.ofSeconds(30);
    /** Most blockers in a report, the longest held first: a Node's annotations are limited to 256 KiB in all. */
    private static final int MOST_BLOCKERS = 20;
    /** Longest message of one, in characters. */
    private static final int LONGEST = 500;

    private final Instant since;
    private final Consumer<DrainReport> reports;
    private final Lanes lanes;
    private final Map<String, Instant> firstSince = new HashMap<>();
    private final Map<String, DrainReport.Blocker> blockers = new HashMap<>();
    private final Map<String, Instant> sent = new HashMap<>();
    private final Map<String, Long> turns = new HashMap<>();
    private final Map<String, Lane> asking = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    /** Asked since the last look: what became of it is not known before the next. */
    private final Set<String> unseen = new HashSet<>();
    private final int totalBefore;
    private long count;
    private List<PodFacts> left = List.of();
    private List<PodFacts> askable = List.of();
    private Optional<DrainReport> published = Optional.empty();

    /** @param before what this drain reported in an earlier life, or before the API server was away */
    Ledger(Instant since, Optional<DrainReport> before, RandomGenerator random, Consumer<DrainReport> reports) {
        this.since = since;
        this.reports = reports;
        this.lanes = new Lanes(random);
        Optional<DrainReport> same = before.filter(report -> report.since().equals(since));
        this.totalBefore = same.map(DrainReport::total).orElse(0);
        same.ifPresent(report -> report.blockers().forEach(
                blocker -> firstSince.put(blocker.namespace() + "/" + blocker.pod(), blocker.since())));
    }

    /**
     * Takes in what is left.
     *
     * @param leaving all that has to go
     * @param evictable those of them that may be asked
     * @return whether it is not what was left before
     */
    synchronized boolean take(List<PodFacts> leaving, List<PodFacts> evictable) {
        boolean news = !left.equals(leaving);
        left = leaving;
        askable = evictable;
        unseen.clear();
        Set<String> uids = leaving.stream().map(PodFacts::uid).collect(Collectors.toSet());
        seen.addAll(uids);
        blockers.keySet().retainAll(uids);
        sent.keySet().retainAll(uids);
        return news;
    }

    /** The pods whose turn it is, the longest not asked first. They count as under way until their answers are entered. */
    synchronized List<PodFacts> turn(Instant now, int most) {
        List<PodFacts> waiting = askable.stream()
                .filter(pod -> !unseen.contains(pod.uid()) && !due(pod).isAfter(now))
                .sorted(Comparator.comparing(pod -> turns.getOrDefault(pod.uid(), 0L)))
                .toList();
        var next = new ArrayList<PodFacts>();
        for (PodFacts pod : waiting) {
            Lane lane = lanes.of(pod);
            if (next.size() < most && lane.isOpen(now)) {
                lane.asked();
                asking.put(pod.uid(), lane);
                unseen.add(pod.uid());
                turns.put(pod.uid(), ++count);
                next.add(pod);
            }
        }
        return next;
    }

    /** When there may be somebody to be asked again; empty where nobody is left to be asked. */
    synchronized Optional<Instant> nextTurn() {
        return askable.stream()
                .map(pod -> due(pod).isAfter(lanes.of(pod).opens()) ? due(pod) : lanes.of(pod).opens())
                .min(Comparator.naturalOrder());
    }

    synchronized void accepted(PodFacts pod, Instant now) {
        answered(pod).accepted(now);
        gone(pod, now);
    }

    /** Not there any more, or about to go; asked again should it turn out to be there. */
    synchronized void gone(PodFacts pod, Instant now) {
        unanswered(pod);
        blockers.remove(pod.uid());
        sent.put(pod.uid(), now);
    }

    synchronized void refused(PodFacts pod, Eviction.Refused refused, Instant now) {
        Lane lane = answered(pod);
        lane.refused(now);
        lanes.held(pod, lane, refused.budget());
        blocked(pod, refused.budget(), refused.message(), now);
        publish();
    }

    synchronized void unanswered(PodFacts pod) {
        Lane lane = asking.remove(pod.uid());
        if (lane != null) {
            lane.unanswered();
        }
    }

    /** Nobody would make this pod again. */
    synchronized void orphan(PodFacts pod, Instant now) {
        blocked(
                pod,
                Optional.empty(),
                "no controller would make this pod again: delete it, give it one, or set drain.unmanagedPods: Evict in the RolloutPolicy",
                now);
    }

    /** Names it where it should have been gone for a while. */
    synchronized void leaving(PodFacts pod, PodFacts.Leaving way, Instant now) {
        if (now.isBefore(way.due().plus(LATE))) {
            blockers.remove(pod.uid());
            return;
        }
        String who = way.finalizers().isEmpty()
                ? "the kubelet has not ended it, see journalctl -u kubelet on the node"
                : "kept by the finalizer " + String.join(", ", way.finalizers()) + ", which whoever set it has to remove";
        blockers.put(pod.uid(), new DrainReport.Blocker(pod.namespace(), pod.name(), Optional.empty(),
                Texts.cut("deleted, and its grace period is over: " + who, LONGEST), way.due()));
    }

    synchronized void publish() {
        List<DrainReport.Blocker> named = left.stream()
                .flatMap(pod -> Optional.ofNullable(blockers.get(pod.uid())).stream())
                .sorted(Comparator.comparing(DrainReport.Blocker::since))
                .limit(MOST_BLOCKERS)
                .toList();
        var report = new DrainReport(since, Math.max(totalBefore, seen.size()), left.size(), named);
        if (!published.equals(Optional.of(report))) {
            published = Optional.of(report);
            reports.accept(report);
        }
    }

    private void blocked(PodFacts pod, Optional<String> budget, String message, Instant now) {
        Instant first = firstSince.computeIfAbsent(pod.path(), _ -> now);
        blockers.put(pod.uid(), new DrainReport.Blocker(pod.namespace(), pod.name(), budget, Texts.cut(message, LONGEST), first));
    }

    private Lane answered(PodFacts pod) {
        Lane lane = asking.remove(pod.uid());
        if (lane == null) {
            throw new IllegalStateException("pod " + pod.path() + " was not asked");
        }
        return lane;
    }

    private Instant due(PodFacts pod) {
        Instant asked = sent.get(pod.uid());
        return asked == null ? Instant.EPOCH : asked.plus(UNHEARD);
    }
}
