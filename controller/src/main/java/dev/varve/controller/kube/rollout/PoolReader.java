package dev.varve.controller.kube.rollout;

import dev.varve.contract.ContractException;
import dev.varve.contract.IntOrPercent;
import dev.varve.contract.Json;
import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.contract.RolloutSpec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.rollout.Aim;
import dev.varve.controller.decide.LabelSelector;
import dev.varve.controller.decide.rollout.Membership;
import dev.varve.controller.decide.rollout.Membership.Claim;
import dev.varve.controller.decide.rollout.NodeView;
import dev.varve.controller.decide.rollout.Pool;
import dev.varve.controller.decide.rollout.Snapshot;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.Parts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads all that concerns one pool from the cluster as last seen. */
public final class PoolReader {
    private final ClusterView cluster;
    private final FreshNodes fresh;
    private final NodeReader nodeReader;
    private final BuildReader buildReader;

    public PoolReader(ClusterView cluster, FreshNodes fresh, Json json) {
        this.cluster = cluster;
        this.fresh = fresh;
        this.nodeReader = new NodeReader(json);
        this.buildReader = new BuildReader(cluster);
    }

    /** @throws ContractException where the pool, its policy or its build cannot be read; the message says what to mend */
    public PoolView read(String name) {
        Optional<GenericKubernetesResource> pool = find(cluster.machineConfigPools(), name);
        Optional<GenericKubernetesResource> config = machineOSConfig(name);
        String rendered = pool.map(p -> Parts.spec(p).at("configuration").at("name").string("")).orElse("");
        Aim aim = buildReader.aim(rendered, config);
        var nodes = new HashMap<String, Node>();
        var conflicts = new ArrayList<String>();
        List<NodeView> views = nodes(name, nodes, conflicts);
        RolloutSpec spec = cluster.rolloutPolicy(name).map(p -> RolloutSpec.from(Parts.spec(p))).orElse(RolloutSpec.DEFAULT);
        Snapshot snapshot = new Snapshot(pool(name, pool), aim.goal(), spec, views);
        return new PoolView(pool, config, rendered, aim, snapshot, nodes, conflicts);
    }

    /** Pools that have a MachineOSConfig, and pools that nodes still have to leave. */
    public Set<String> ours() {
        Set<String> ours = layered();
        cluster.nodes().stream()
                .map(node -> Parts.labels(node).get(Keys.POOL_LABEL))
                .filter(label -> label != null)
                .forEach(ours::add);
        return ours;
    }

    private List<NodeView> nodes(String name, Map<String, Node> nodes, List<String> conflicts) {
        Optional<LabelSelector> selector = find(cluster.machineConfigPools(), name).map(PoolReader::selector);
        String label = Names.label(name);
        Set<String> layered = layered();
        var membership = new Membership(claims(name));
        Set<String> withAgent = withAgent();
        var views = new ArrayList<NodeView>();
        for (Node seen : cluster.nodes()) {
            Node node = fresh.newest(seen);
            Map<String, String> labels = Parts.labels(node);
            boolean labelled = label.equals(labels.get(Keys.POOL_LABEL));
            if (!labelled && selector.filter(s -> s.selects(labels)).isEmpty()) {
                continue;
            }
            Membership.Answer answer = membership.of(Parts.name(node), labels);
            answer.conflict().ifPresent(conflicts::add);
            boolean member = layered.contains(name) && answer.pool().filter(name::equals).isPresent();
            boolean leaver = labelled && answer.conflict().isEmpty() && answer.pool().filter(layered::contains).isEmpty();
            if (member || leaver) {
                nodes.put(Parts.name(node), node);
                views.add(nodeReader.read(node, member, withAgent.contains(Parts.name(node))));
            }
        }
        return views;
    }

    /** A pool of somebody else's whose selector cannot be read must not hold up ours. */
    private List<Claim> claims(String name) {
        var claims = new ArrayList<Claim>();
        for (GenericKubernetesResource pool : cluster.machineConfigPools()) {
            try {
                claims.add(new Claim(Parts.name(pool), selector(pool)));
            } catch (ContractException unreadable) {
                if (Parts.name(pool).equals(name)) {
                    throw unreadable;
                }
            }
        }
        return claims;
    }

    private Set<String> withAgent() {
        return cluster.ownPods().stream()
                .filter(pod -> Parts.labels(pod).containsKey(Keys.POOL_LABEL) && pod.getSpec() != null)
                .map(Pod::getSpec)
                .map(spec -> Optional.ofNullable(spec.getNodeName()).orElse(""))
                .collect(Collectors.toSet());
    }

    private Set<String> layered() {
        return cluster.machineOSConfigs().stream()
                .map(PoolReader::poolOf)
                .filter(pool -> !pool.isEmpty() && find(cluster.machineConfigPools(), pool).isPresent())
                .collect(Collectors.toCollection(HashSet::new));
    }

    /**
     * The MachineOSConfig of a pool that exists. Of several the oldest counts; the others are reported where MachineOSConfigs
     * are checked.
     */
    public Optional<GenericKubernetesResource> machineOSConfig(String pool) {
        if (find(cluster.machineConfigPools(), pool).isEmpty()) {
            return Optional.empty();
        }
        return cluster.machineOSConfigs().stream()
                .filter(config -> poolOf(config).equals(pool))
                .min(Comparator.comparing(
                                (GenericKubernetesResource c) -> Optional.ofNullable(c.getMetadata().getCreationTimestamp()).orElse(""))
                        .thenComparing(Parts::name));
    }

    /** The pool that a MachineOSConfig names, {@code ""} where it names none; the pool need not exist. */
    public static String poolOf(GenericKubernetesResource config) {
        try {
            return Parts.spec(config).at("machineConfigPool").at("name").string("");
        } catch (ContractException unreadable) {
            // Belongs to no pool; it is reported where MachineOSConfigs are checked.
            return "";
        }
    }

    private static Pool pool(String name, Optional<GenericKubernetesResource> pool) {
        Tree spec = pool.map(Parts::spec).orElse(Tree.root(null));
        Tree unavailable = spec.at("maxUnavailable");
        Object value = unavailable.value();
        return new Pool(
                name,
                spec.at("paused").bool().orElse(false),
                value == null ? Pool.DEFAULT_MAX_UNAVAILABLE : IntOrPercent.parse(unavailable.path(), value));
    }

    private static LabelSelector selector(GenericKubernetesResource pool) {
        return LabelSelector.from(Parts.spec(pool).at("nodeSelector"));
    }

    private static Optional<GenericKubernetesResource> find(List<GenericKubernetesResource> all, String name) {
        return all.stream().filter(object -> Parts.name(object).equals(name)).findFirst();
    }
}
