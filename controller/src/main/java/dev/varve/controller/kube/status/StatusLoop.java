package dev.varve.controller.kube.status;

import dev.varve.contract.ContractException;
import dev.varve.contract.Json;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.rollout.NodeView;
import dev.varve.controller.decide.status.Condition;
import dev.varve.controller.decide.status.Note;
import dev.varve.controller.decide.status.PoolFacts;
import dev.varve.controller.decide.status.PoolStatus;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.Events;
import dev.varve.controller.kube.KubeException;
import dev.varve.controller.kube.Parts;
import dev.varve.controller.kube.rollout.PoolReader;
import dev.varve.controller.kube.rollout.PoolView;
import dev.varve.controller.loop.PoolLoop;
import dev.varve.controller.metrics.Metrics;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Writes a pool's status when it has changed. */
public final class StatusLoop implements PoolLoop {
    private final ClusterView cluster;
    private final PoolReader reader;
    private final StatusWriter writer;
    private final PoolReport report;
    private final Json json;
    private final Events events;
    private final Metrics metrics;
    private final BooleanSupplier mayAct;

    public StatusLoop(
            ClusterView cluster,
            PoolReader reader,
            StatusWriter writer,
            PoolReport report,
            Json json,
            Events events,
            Metrics metrics,
            BooleanSupplier mayAct) {
        this.cluster = cluster;
        this.reader = reader;
        this.writer = writer;
        this.report = report;
        this.json = json;
        this.events = events;
        this.metrics = metrics;
        this.mayAct = mayAct;
    }

    @Override
    public String name() {
        return "status";
    }

    @Override
    public Result turn(String name, Instant now, List<Finding> earlier) {
        PoolView view;
        try {
            view = reader.read(name);
        } catch (ContractException unreadable) {
            degrade(name, unreadable, now);
            return Result.NOTHING;
        }
        if (view.isNotOurs() || view.pool().isEmpty()) {
            report.remove(name);
            metrics.forget(name);
            return Result.NOTHING;
        }
        GenericKubernetesResource pool = view.pool().get();
        PoolStatus status = PoolStatus.of(facts(view, pool, earlier), now);
        write(pool, status);
        count(name, view);
        return Result.NOTHING;
    }

    private static PoolFacts facts(PoolView view, GenericKubernetesResource pool, List<Finding> earlier) {
        return new PoolFacts(
                generation(pool),
                view.snapshot().pool().paused(),
                view.config(),
                view.machineOSConfig().map(Parts::name).orElse(""),
                view.aim().build(),
                view.aim().goal(),
                view.members(),
                notes(earlier),
                StatusPatch.conditions(Parts.status(pool)));
    }

    /** A pool that cannot be read has a status all the same: it says why, and leaves the rest as it was. */
    private void degrade(String name, ContractException unreadable, Instant now) {
        Optional<GenericKubernetesResource> pool =
                cluster.machineConfigPools().stream().filter(p -> Parts.name(p).equals(name)).findFirst();
        if (pool.isEmpty()) {
            return;
        }
        Tree before = Parts.status(pool.get());
        Instant since = StatusPatch.conditions(before).stream()
                .filter(condition -> condition.type().equals(Condition.DEGRADED) && condition.on())
                .map(Condition::since)
                .findFirst()
                .orElse(now);
        var degraded = new Condition(Condition.DEGRADED, true, "InvalidSpec", unreadable.sentence(), since);
        write(pool.get(), StatusPatch.only(degraded, before), before);
    }

    private void write(GenericKubernetesResource pool, PoolStatus status) {
        Tree before = Parts.status(pool);
        Map<String, @Nullable Object> fields =
                StatusPatch.fields(status, before, Parts.spec(pool).at("configuration").value());
        report.put(Parts.name(pool), fields);
        if (write(pool, fields, before)) {
            announce(pool, status, StatusPatch.conditions(before));
        }
    }

    private boolean write(GenericKubernetesResource pool, Map<String, @Nullable Object> fields, Tree before) {
        if (StatusPatch.stands(fields, before)) {
            return false;
        }
        if (!mayAct.getAsBoolean()) {
            throw new KubeException("status of MachineConfigPool " + Parts.name(pool) + " left to the next leader");
        }
        writer.patch(Parts.name(pool), json.write(Map.of("status", fields)));
        return true;
    }

    private void announce(GenericKubernetesResource pool, PoolStatus status, List<Condition> before) {
        for (Condition condition : status.conditions()) {
            boolean was = before.stream().anyMatch(old -> old.type().equals(condition.type()) && old.on());
            if (!condition.on() || was) {
                continue;
            }
            switch (condition.type()) {
                case Condition.UPDATING -> events.normal(pool, "Updating", condition.message());
                case Condition.UPDATED -> events.normal(pool, "Completed", condition.message());
                case Condition.DEGRADED -> events.warning(pool, "Degraded", condition.message());
                default -> {}
            }
        }
    }

    private void count(String pool, PoolView view) {
        List<NodeView> nodes = view.members();
        long degraded = nodes.stream().filter(NodeView::isDegraded).count();
        long done = nodes.stream().filter(NodeView::isDone).count();
        long away = nodes.stream().filter(node -> !node.isDegraded() && !node.isDone() && !node.serves()).count();
        metrics.poolNodes(pool, "done", Math.toIntExact(done));
        metrics.poolNodes(pool, "degraded", Math.toIntExact(degraded));
        metrics.poolNodes(pool, "away", Math.toIntExact(away));
        metrics.poolNodes(pool, "serving", Math.toIntExact(nodes.size() - done - degraded - away));
    }

    private static List<Note> notes(List<Finding> findings) {
        return findings.stream().map(f -> new Note(f.condition(), f.bad(), f.reason(), f.message())).toList();
    }

    private static long generation(GenericKubernetesResource pool) {
        Long generation = pool.getMetadata().getGeneration();
        return generation == null ? 0 : generation;
    }
}
