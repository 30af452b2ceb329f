package dev.varve.controller.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as last seen by the informers: possibly a moment old, so what is decided on it is written with a precondition
 * or is idempotent. Secrets and ConfigMaps are not here: they are read by name when needed.
 */
public interface ClusterView {

    List<GenericKubernetesResource> machineConfigs();

    List<GenericKubernetesResource> machineConfigPools();

    List<GenericKubernetesResource> machineOSConfigs();

    List<GenericKubernetesResource> machineOSBuilds();

    Optional<GenericKubernetesResource> rolloutPolicy(String pool);

    List<Node> nodes();

    /** Build pods and agents: the pods of the controller's own namespace. */
    List<Pod> ownPods();

    List<DaemonSet> ownDaemonSets();

    List<PodDisruptionBudget> disruptionBudgets();
}
