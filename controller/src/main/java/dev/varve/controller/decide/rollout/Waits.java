package dev.varve.controller.decide.rollout;

import dev.varve.contract.DrainReport;
import dev.varve.contract.DrainReport.Blocker;
import dev.varve.contract.Durations;
import dev.varve.contract.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a pool waits for, in sentences that say what would end the wait. Times are whole minutes: these sentences stand in
 * a status, and a status that changes every second would wake everybody who watches it.
 */
final class Waits {
    private static final int NAMED = 3;

    private final Snapshot snapshot;
    private final Budget budget;
    private final Instant now;

    Waits(Snapshot snapshot, Budget budget, Instant now) {
        this.snapshot = snapshot;
        this.budget = budget;
        this.now = now;
    }

    List<String> sentences() {
        var sentences = new ArrayList<String>();
        if (snapshot.goal() instanceof Goal.Await(String why)) {
            sentences.add("waiting for " + why);
        }
        var pending = new Moves(snapshot, false).candidates();
        if (snapshot.pool().paused() && !pending.isEmpty()) {
            sentences.add("the pool is paused: " + nodes(pending.size()) + " still to move");
        }
        snapshot.nodes().stream().filter(NodeView::takesSlot).map(this::progress).forEach(sentences::add);
        add(sentences, pending, "waiting for %s to stage the image", Moves.Candidate::isStaging);
        add(sentences, pending, "no agent has been seen on %s yet", c -> !c.view().agentSeen());
        add(sentences, pending, slots(), c -> c.isReady() && !c.isGranted() && c.view().agentSeen());
        snapshot.nodes().stream().filter(n -> n.isDown() && !n.takesSlot()).map(this::down).forEach(sentences::add);
        snapshot.nodes().stream().filter(n -> !n.member() && Departure.isLost(n)).map(Waits::lost).forEach(sentences::add);
        return sentences;
    }

    Optional<Instant> nextDeadline() {
        var deadline = new Deadline(snapshot.spec().agent().bootTimeout());
        return snapshot.nodes().stream()
                .flatMap(node -> deadline.of(node).stream())
                .filter(now::isBefore)
                .min(Instant::compareTo);
    }

    private String progress(NodeView node) {
        String doing = node.facts()
                .drain()
                .filter(drain -> node.facts().phase().filter(Phase.Draining::equals).isPresent())
                .map(this::drain)
                .orElseGet(() -> phase(node));
        return "waiting for " + node.name() + ": " + doing;
    }

    private String drain(DrainReport drain) {
        return drain.blockers().stream()
                .findFirst()
                .map(this::blocker)
                .orElse("draining, " + drain.left() + " of " + drain.total() + " pods left" + since(drain.since()));
    }

    private String blocker(Blocker blocker) {
        String held = blocker.budget()
                .map(budget -> " is held by budget " + blocker.namespace() + "/" + budget)
                .orElse(" does not go: " + blocker.message());
        return "pod " + blocker.namespace() + "/" + blocker.pod() + held + since(blocker.since());
    }

    private String phase(NodeView node) {
        if (!node.ready()) {
            return "not ready" + node.readyChanged().map(this::since).orElse("");
        }
        return node.facts().phase().map(phase -> switch (phase) {
            case Idle, Staged -> "its agent has yet to take its slot";
            case Staging -> "staging the image";
            case Cordoning -> "cordoning";
            case Draining -> "draining";
            case Finalizing -> "finalizing the image";
            case Rebooting -> "rebooting";
            case Verifying -> "checking its new boot";
            case RollingBack -> "going back to its previous image";
            case Waiting, Failed -> node.facts().reason().isEmpty() ? "see its V/failure" : node.facts().reason();
        }).orElse("its agent has yet to take its slot");
    }

    private String down(NodeView node) {
        return node.name() + " is not ready" + node.readyChanged().map(this::since).orElse("")
                + " and counts against maxUnavailable " + snapshot.pool().maxUnavailable();
    }

    private static String lost(NodeView node) {
        return node.name() + " has left the pool but has no record of the image it came with: it stays as it is";
    }

    private String slots() {
        return budget.used() + " of " + budget.capacity() + " nodes are away: %s staged and next";
    }

    private static void add(
            List<String> sentences, List<Moves.Candidate> nodes, String text, Predicate<Moves.Candidate> which) {
        List<String> names = nodes.stream().filter(which).map(Moves.Candidate::name).toList();
        if (!names.isEmpty()) {
            int more = names.size() - NAMED;
            String shown = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
            sentences.add(text.formatted(more > 0 ? shown + " and " + more + " more" : shown));
        }
    }

    private String since(Instant since) {
        Duration age = Duration.between(since, now).truncatedTo(ChronoUnit.MINUTES);
        return since.equals(Instant.EPOCH) || age.isZero() || age.isNegative() ? "" : ", " + Durations.text(age);
    }

    private static String nodes(int count) {
        return count == 1 ? "1 node" : count + " nodes";
    }
}
