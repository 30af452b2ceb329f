package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All objects the stand-ins work on, kept by six watches. */
final class ClusterState implements AutoCloseable {
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    final Seen<Node> nodes;
    final Seen<Pod> pods;
    final Seen<DaemonSet> daemonSets;
    final Seen<Deployment> deployments;
    final Seen<ReplicaSet> replicaSets;
    final Seen<PodDisruptionBudget> budgets;

    /** @param changed called after every change, on any thread */
    ClusterState(Runnable changed) {
        nodes = new Seen<>(changed);
        pods = new Seen<>(changed);
        daemonSets = new Seen<>(changed);
        deployments = new Seen<>(changed);
        replicaSets = new Seen<>(changed);
        budgets = new Seen<>(changed);
    }

    /** Returns when everything has been listed once. */
    void start(KubernetesClient client) {
        informers.add(client.nodes().inform(nodes, 0));
        informers.add(client.pods().inAnyNamespace().inform(pods, 0));
        informers.add(client.apps().daemonSets().inAnyNamespace().inform(daemonSets, 0));
        informers.add(client.apps().deployments().inAnyNamespace().inform(deployments, 0));
        informers.add(client.apps().replicaSets().inAnyNamespace().inform(replicaSets, 0));
        informers.add(client.policy().v1().podDisruptionBudget().inAnyNamespace().inform(budgets, 0));
    }

    Optional<Node> node(String name) {
        return nodes.list().stream().filter(node -> node.getMetadata().getName().equals(name)).findFirst();
    }

    /** Pods whose controller this object is. */
    List<Pod> podsOf(HasMetadata owner) {
        return pods.list().stream().filter(pod -> isControlledBy(pod, owner)).toList();
    }

    static boolean isControlledBy(HasMetadata object, HasMetadata owner) {
        return controller(object).filter(ref -> ref.getUid().equals(owner.getMetadata().getUid())).isPresent();
    }

    static Optional<OwnerReference> controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(ref -> Boolean.TRUE.equals(ref.getController()))
                .findFirst();
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
    }
}
