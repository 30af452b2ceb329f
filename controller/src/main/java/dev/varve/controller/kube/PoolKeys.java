package dev.varve.controller.kube;

import dev.varve.contract.ContractException;
import dev.varve.contract.Keys;
import dev.varve.controller.decide.LabelSelector;
import dev.varve.controller.kube.rollout.PoolReader;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which pools an object concerns. In doubt one too many: a turn that finds nothing to do is cheap. */
final class PoolKeys {
    private final ClusterView cluster;

    PoolKeys(ClusterView cluster) {
        this.cluster = cluster;
    }

    /** The pool that it names, though it may not exist. */
    Set<String> ofMachineOSConfig(GenericKubernetesResource config) {
        String pool = PoolReader.poolOf(config);
        return pool.isEmpty() ? Set.of() : Set.of(pool);
    }

    Set<String> ofMachineOSBuild(GenericKubernetesResource build) {
        try {
            return ofMachineOSConfigNamed(Parts.spec(build).at("machineOSConfig").at("name").string(""));
        } catch (ContractException unreadable) {
            return layered();
        }
    }

    /** Pools that select it are found by rendering; any layered one could. */
    Set<String> layered() {
        var pools = new HashSet<String>();
        cluster.machineOSConfigs().forEach(config -> pools.addAll(ofMachineOSConfig(config)));
        return pools;
    }

    /** Pools that the node's labels ask for, and the one whose agent it runs. */
    Set<String> ofNode(Node node) {
        Map<String, String> labels = Parts.labels(node);
        var pools = new HashSet<String>();
        for (GenericKubernetesResource pool : cluster.machineConfigPools()) {
            if (Parts.name(pool).equals(labels.get(Keys.POOL_LABEL)) || selects(pool, labels)) {
                pools.add(Parts.name(pool));
            }
        }
        if (labels.containsKey(Keys.POOL_LABEL)) {
            pools.add(labels.get(Keys.POOL_LABEL));
        }
        return pools;
    }

    /** Of pods and DaemonSets of ours: by their labels. */
    Set<String> ofLabelled(HasMetadata object) {
        Map<String, String> labels = Parts.labels(object);
        for (String key : List.of(Keys.POOL_LABEL, Keys.TARGET_POOL)) {
            if (labels.containsKey(key)) {
                return Set.of(labels.get(key));
            }
        }
        return labels.containsKey(Keys.MACHINE_OS_CONFIG)
                ? ofMachineOSConfigNamed(labels.get(Keys.MACHINE_OS_CONFIG))
                : Set.of();
    }

    private Set<String> ofMachineOSConfigNamed(String name) {
        return cluster.machineOSConfigs().stream()
                .filter(config -> Parts.name(config).equals(name))
                .findFirst()
                .map(this::ofMachineOSConfig)
                .orElseGet(Set::of);
    }

    private static boolean selects(GenericKubernetesResource pool, Map<String, String> labels) {
        try {
            return LabelSelector.from(Parts.spec(pool).at("nodeSelector")).selects(labels);
        } catch (ContractException unreadable) {
            return false;
        }
    }
}
