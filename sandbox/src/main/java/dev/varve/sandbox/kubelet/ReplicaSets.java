package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The ReplicaSet controller: as many active pods as asked for. A pod on a node that is away counts until it is deleted. */
final class ReplicaSets implements ControlLoop {
    private final Api api;
    private final ClusterState state;

    ReplicaSets(Api api, ClusterState state) {
        this.api = api;
        this.state = state;
    }

    @Override
    public Instant turn(Instant now) {
        for (ReplicaSet set : state.replicaSets.list()) {
            if (set.getMetadata().getDeletionTimestamp() == null) {
                manage(set);
            }
        }
        return NOTHING_DUE;
    }

    private void manage(ReplicaSet set) {
        List<Pod> active = active(set);
        int wanted = replicas(set);
        for (int i = active.size(); i < wanted; i++) {
            api.create(state.pods, Pods.from(set.getSpec().getTemplate(), set));
        }
        // Least loss first: pods without a node, then pods that are not ready, then the youngest.
        active.stream()
                .sorted(Comparator.comparing(Pods::isBound)
                        .thenComparing(Pods::isReady)
                        .thenComparing(pod -> pod.getMetadata().getCreationTimestamp(), Comparator.reverseOrder()))
                .limit(Math.max(0, active.size() - wanted))
                .forEach(extra -> api.delete(state.pods, extra));
        ReplicaSetStatus status = status(set);
        if (!status.equals(set.getStatus())) {
            api.patchStatus(state.replicaSets, set, status);
        }
    }

    private List<Pod> active(ReplicaSet set) {
        return state.podsOf(set).stream().filter(Pods::isActive).toList();
    }

    private ReplicaSetStatus status(ReplicaSet set) {
        List<Pod> active = active(set);
        int ready = (int) active.stream().filter(Pods::isReady).count();
        return new ReplicaSetStatusBuilder()
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withReplicas(active.size())
                .withFullyLabeledReplicas(active.size())
                .withReadyReplicas(ready)
                .withAvailableReplicas(ready)
                .build();
    }

    /** One where nothing is said, as the API's default has it. */
    static int replicas(ReplicaSet set) {
        return Optional.ofNullable(set.getSpec().getReplicas()).orElse(1);
    }
}
