package dev.varve.controller.kube;

import dev.varve.contract.Keys;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster of lists. */
public final class FakeCluster implements ClusterView {
    public final List<GenericKubernetesResource> configs = new ArrayList<>();
    public final List<GenericKubernetesResource> pools = new ArrayList<>();
    public final List<GenericKubernetesResource> machineOSConfigs = new ArrayList<>();
    public final List<GenericKubernetesResource> builds = new ArrayList<>();
    public final List<GenericKubernetesResource> policies = new ArrayList<>();
    public final List<Node> nodes = new ArrayList<>();
    public final List<Pod> pods = new ArrayList<>();
    public final List<DaemonSet> daemonSets = new ArrayList<>();

    public static GenericKubernetesResource object(String kind, String name, Map<String, ?> spec, Map<String, ?> status) {
        var object = new GenericKubernetesResource();
        object.setApiVersion(Keys.GROUP + "/v1");
        object.setKind(kind);
        object.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withGeneration(1L)
                .withResourceVersion("1")
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .build());
        object.setAdditionalProperty("spec", spec);
        object.setAdditionalProperty("status", status);
        return object;
    }

    /** A pool whose nodes have the role of its name, with its MachineOSConfig and a build of this image that succeeded. */
    public FakeCluster layered(String pool, String config, String image) {
        pools.add(object(
                "MachineConfigPool", pool,
                Map.of(
                        "nodeSelector", Map.of("matchLabels", Map.of("role/" + pool, "")),
                        "configuration", Map.of("name", config)),
                Map.of()));
        machineOSConfigs.add(object(
                "MachineOSConfig", pool,
                Map.of(
                        "machineConfigPool", Map.of("name", pool),
                        "buildOutputs", Map.of("currentImagePullSecret", Map.of("name", "pull"))),
                Map.of("currentImagePullspec", image)));
        builds.add(object(
                "MachineOSBuild", pool + "-" + config + "-builder",
                Map.of("machineOSConfig", Map.of("name", pool), "desiredConfig", Map.of("name", config)),
                Map.of(
                        "finalImagePullspec", image,
                        "conditions", List.of(Map.of("type", "Succeeded", "status", "True")))));
        return this;
    }

    public static Node node(String name, String version, Map<String, String> labels, Map<String, String> annotations) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid("uid-" + name)
                .withResourceVersion(version)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .withLabels(labels)
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .endCondition()
                .endStatus()
                .build();
    }

    public static Pod agent(String pool, String node) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("agent-" + node)
                .addToLabels(Keys.POOL_LABEL, pool)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .build();
    }

    @Override
    public List<GenericKubernetesResource> machineConfigs() {
        return configs;
    }

    @Override
    public List<GenericKubernetesResource> machineConfigPools() {
        return pools;
    }

    @Override
    public List<GenericKubernetesResource> machineOSConfigs() {
        return machineOSConfigs;
    }

    @Override
    public List<GenericKubernetesResource> machineOSBuilds() {
        return builds;
    }

    @Override
    public Optional<GenericKubernetesResource> rolloutPolicy(String pool) {
        return policies.stream().filter(policy -> Parts.name(policy).equals(pool)).findFirst();
    }

    @Override
    public List<Node> nodes() {
        return nodes;
    }

    @Override
    public List<Pod> ownPods() {
        return pods;
    }

    @Override
    public List<DaemonSet> ownDaemonSets() {
        return daemonSets;
    }

    @Override
    public List<PodDisruptionBudget> disruptionBudgets() {
        return List.of();
    }
}
