package dev.varve.controller.kube.retention;

import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.controller.decide.retention.BuiltImage;
import dev.varve.controller.decide.retention.RetentionFacts;
import dev.varve.controller.decide.rollout.Goal;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.Parts;
import dev.varve.controller.kube.rollout.FreshNodes;
import dev.varve.controller.kube.rollout.PoolView;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;

/** Gathers all that decides which images of a pool may go. */
final class FactsReader {
    private final ClusterView cluster;
    private final FreshNodes fresh;
    private final UseReader uses;

    FactsReader(ClusterView cluster, FreshNodes fresh) {
        this.cluster = cluster;
        this.fresh = fresh;
        uses = new UseReader(cluster, fresh);
    }

    /** @param config the pool's MachineOSConfig, which may be newer than the one that the informers have seen */
    RetentionFacts read(PoolView view, GenericKubernetesResource config, List<BuiltImage> built) {
        return new RetentionFacts(
                view.snapshot().pool().name(),
                view.snapshot().spec().retainImages(),
                isSettled(view, config),
                silent(view),
                built,
                uses.uses(built, config));
    }

    /** Every node is where the pool is to be, and that is still where the MachineOSConfig says. */
    private static boolean isSettled(PoolView view, GenericKubernetesResource config) {
        return view.aim().goal() instanceof Goal.Move(var target)
                && Parts.status(config).at("currentImagePullspec").string("").equals(target.image().toString())
                && view.snapshot().nodes().stream().allMatch(node -> node.member() && node.isSettledAt(target));
    }

    /** The pool's nodes, and those that still run its agent. */
    private List<String> silent(PoolView view) {
        String label = Names.label(view.snapshot().pool().name());
        return cluster.nodes().stream()
                .map(fresh::newest)
                .filter(node -> view.nodes().containsKey(Parts.name(node)) || label.equals(Parts.labels(node).get(Keys.POOL_LABEL)))
                .filter(UseReader::isSilent)
                .map(Parts::name)
                .toList();
    }
}
