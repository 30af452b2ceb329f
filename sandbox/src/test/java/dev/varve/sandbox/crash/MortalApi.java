package dev.varve.sandbox.crash;

import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.cluster.NodePatch;
import dev.varve.agent.decide.NodeView;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.Keys;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The Node and its pods, with a line before and after each write. */
record MortalApi(NodeApi api, Life life) implements NodeApi {
    static final String PROGRESS = "report of progress";

    @Override
    public void start() {
        api.start();
    }

    @Override
    public Optional<NodeView> node() {
        return api.node();
    }

    @Override
    public void onChange(Runnable wake) {
        api.onChange(wake);
    }

    @Override
    public NodeView patch(NodePatch patch) {
        return life.around(name(patch), () -> api.patch(patch));
    }

    private static String name(NodePatch patch) {
        if (Set.of(Keys.PROGRESS, Keys.DRAIN).containsAll(patch.annotations().keySet())) {
            return PROGRESS;
        }
        if (patch.annotations().containsKey(Keys.CURRENT_IMAGE)) {
            return "report of Done";
        }
        if (patch.unschedulable().isPresent()) {
            return patch.unschedulable().get() ? "cordon" : "uncordon";
        }
        return "report" + patch.annotations().getOrDefault(Keys.PHASE, Optional.empty()).map(phase -> " of " + phase).orElse("");
    }

    @Override
    public List<PodFacts> pods() {
        return api.pods();
    }

    @Override
    public Eviction evict(PodFacts pod) {
        return life.around("eviction", () -> api.evict(pod));
    }

    @Override
    public boolean delete(PodFacts pod) {
        return life.around("deletion", () -> api.delete(pod));
    }

    @Override
    public void event(boolean warning, String reason, String message) {
        life.around("event " + reason, () -> api.event(warning, reason, message));
    }

    @Override
    public void close() {
        api.close();
    }
}
