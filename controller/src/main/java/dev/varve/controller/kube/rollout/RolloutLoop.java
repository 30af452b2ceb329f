package dev.varve.controller.kube.rollout;

import dev.varve.contract.ContractException;
import dev.varve.contract.Json;
import dev.varve.controller.decide.rollout.Decision;
import dev.varve.controller.decide.rollout.NodeChange;
import dev.varve.controller.decide.rollout.NodeChange.Grant;
import dev.varve.controller.decide.rollout.RolloutPolicy;
import dev.varve.controller.decide.status.Note;
import dev.varve.controller.kube.Events;
import dev.varve.controller.kube.KubeException;
import dev.varve.controller.loop.PoolLoop;
import dev.varve.controller.metrics.Metrics;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves the nodes of one pool: reads, decides, patches each node that has to change. */
public final class RolloutLoop implements PoolLoop {
    /** A node that changed under our hands is looked at again after this, if its own event is not faster. */
    private static final Duration AFTER_CONFLICT = Duration.ofMillis(200);
    /** While there are waits: their sentences have minutes in them. */
    private static final Duration WAITING = Duration.ofMinutes(1);
    /** Nodes patched in one turn: more would hold up what has become urgent meanwhile. */
    private static final int MAX_PATCHES = 100;

    private static final Logger LOG = LoggerFactory.getLogger(RolloutLoop.class);

    private final PoolReader reader;
    private final FreshNodes fresh;
    private final NodeWriter writer;
    private final Json json;
    private final Events events;
    private final Metrics metrics;
    private final BooleanSupplier mayAct;
    private final RolloutPolicy policy = new RolloutPolicy();

    /** @param mayAct asked before every patch: whether this process still leads */
    public RolloutLoop(
            PoolReader reader,
            FreshNodes fresh,
            NodeWriter writer,
            Json json,
            Events events,
            Metrics metrics,
            BooleanSupplier mayAct) {
        this.reader = reader;
        this.fresh = fresh;
        this.writer = writer;
        this.json = json;
        this.events = events;
        this.metrics = metrics;
        this.mayAct = mayAct;
    }

    @Override
    public String name() {
        return "rollout";
    }

    @Override
    public Result turn(String pool, Instant now, List<Finding> earlier) {
        PoolView view;
        try {
            view = reader.read(pool);
        } catch (ContractException unreadable) {
            return new Result(Optional.empty(), List.of(new Finding("Degraded", true, "InvalidSpec", unreadable.sentence())));
        }
        if (view.isNotOurs()) {
            metrics.forget(pool);
            return Result.NOTHING;
        }
        Decision decision = policy.decide(view.snapshot(), now);
        metrics.budgetUsed(pool, decision.slotsUsed());
        boolean complete = act(view, decision.changes());
        return new Result(again(decision, complete, now), findings(view, decision));
    }

    /** @return false where something is left to do at once */
    private boolean act(PoolView view, List<NodeChange> changes) {
        var byNode = new LinkedHashMap<String, List<NodeChange>>();
        changes.forEach(change -> byNode.computeIfAbsent(change.node(), node -> new ArrayList<>()).add(change));
        boolean complete = byNode.size() <= MAX_PATCHES;
        for (Map.Entry<String, List<NodeChange>> entry : byNode.entrySet().stream().limit(MAX_PATCHES).toList()) {
            complete &= patch(view, Objects.requireNonNull(view.nodes().get(entry.getKey())), entry.getValue());
        }
        return complete;
    }

    private boolean patch(PoolView view, Node node, List<NodeChange> changes) {
        var patch = new NodePatch(node, json);
        changes.forEach(patch::add);
        if (patch.isEmpty()) {
            return true;
        }
        if (!mayAct.getAsBoolean()) {
            throw new KubeException("patch of node " + node.getMetadata().getName() + " left to the next leader");
        }
        try {
            fresh.remember(writer.patch(node.getMetadata().getName(), patch.json()));
        } catch (KubeException refused) {
            if (refused.isConflict() || refused.isNotFound()) {
                LOG.debug("node {} has changed meanwhile", node.getMetadata().getName());
                return false;
            }
            throw refused;
        }
        LOG.info("pool {}: {}", view.snapshot().pool().name(), changes);
        changes.forEach(change -> announce(view, change));
        return true;
    }

    private void announce(PoolView view, NodeChange change) {
        if (change instanceof Grant(String node, var target)) {
            view.pool().ifPresent(pool -> events.normal(
                    pool, "SetDesiredConfigAndOSImage", "Targeted node " + node + " to " + target));
        }
    }

    private static Optional<Duration> again(Decision decision, boolean complete, Instant now) {
        if (!complete) {
            return Optional.of(AFTER_CONFLICT);
        }
        Optional<Duration> deadline = decision.lookAgain().map(at -> Duration.between(now, at));
        if (decision.waits().isEmpty()) {
            return deadline;
        }
        return Optional.of(deadline.filter(left -> left.compareTo(WAITING) < 0).orElse(WAITING));
    }

    private static List<Finding> findings(PoolView view, Decision decision) {
        var findings = new ArrayList<Finding>();
        decision.waits().forEach(wait -> findings.add(new Finding("Updating", false, "", wait)));
        String reason = decision.halted() ? Note.ROLLOUT_HALTED : "NodeFailed";
        decision.failures().forEach(failure -> findings.add(new Finding("NodeDegraded", true, reason, failure)));
        view.conflicts().forEach(conflict -> findings.add(new Finding("NodeDegraded", true, "PoolConflict", conflict)));
        return findings;
    }
}
