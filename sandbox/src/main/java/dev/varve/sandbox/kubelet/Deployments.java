package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The Deployment controller: one ReplicaSet for each template. A new one is made whole beside the old one, which goes when
 * the new one is available: simpler than a rolling update, and never fewer pods than asked for.
 */
final class Deployments implements ControlLoop {
    private static final String HASH = "pod-template-hash";

    private final Api api;
    private final ClusterState state;

    Deployments(Api api, ClusterState state) {
        this.api = api;
        this.state = state;
    }

    @Override
    public Instant turn(Instant now) {
        for (Deployment deployment : state.deployments.list()) {
            if (deployment.getMetadata().getDeletionTimestamp() == null) {
                manage(deployment, now);
            }
        }
        return NOTHING_DUE;
    }

    private void manage(Deployment deployment, Instant now) {
        String hash = Templates.hash(deployment.getSpec().getTemplate());
        int replicas = Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1);
        if (current(deployment, hash).isEmpty()) {
            api.create(state.replicaSets, replicaSet(deployment, hash, replicas));
        }
        Optional<ReplicaSet> current = current(deployment, hash);
        current.filter(set -> ReplicaSets.replicas(set) != replicas)
                .ifPresent(set -> api.patch(state.replicaSets, set, Map.of("spec", Map.of("replicas", replicas))));
        int available = current.map(set -> count(set, ReplicaSetStatus::getAvailableReplicas)).orElse(0);
        if (available >= replicas) {
            owned(deployment).stream()
                    .filter(set -> !isAt(set, hash))
                    .filter(set -> set.getMetadata().getDeletionTimestamp() == null)
                    .forEach(old -> api.delete(state.replicaSets, old));
        }
        DeploymentStatus status = status(deployment, hash, replicas, now);
        if (!status.equals(deployment.getStatus())) {
            api.patchStatus(state.deployments, deployment, status);
        }
    }

    private static ReplicaSet replicaSet(Deployment deployment, String hash, int replicas) {
        var pod = Pods.from(deployment.getSpec().getTemplate(), deployment);
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName(deployment.getMetadata().getName() + "-" + hash)
                .withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(pod.getMetadata().getLabels())
                .addToLabels(HASH, hash)
                .withOwnerReferences(pod.getMetadata().getOwnerReferences())
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelectorLike(deployment.getSpec().getSelector())
                .addToMatchLabels(HASH, hash)
                .endSelector()
                .withNewTemplateLike(deployment.getSpec().getTemplate())
                .editMetadata().addToLabels(HASH, hash).endMetadata()
                .endTemplate()
                .endSpec()
                .build();
    }

    private DeploymentStatus status(Deployment deployment, String hash, int replicas, Instant now) {
        List<ReplicaSet> owned = owned(deployment);
        int available = sum(owned, ReplicaSetStatus::getAvailableReplicas);
        return new DeploymentStatusBuilder()
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(sum(owned, ReplicaSetStatus::getReplicas))
                .withUpdatedReplicas(sum(owned.stream().filter(set -> isAt(set, hash)).toList(), ReplicaSetStatus::getReplicas))
                .withReadyReplicas(sum(owned, ReplicaSetStatus::getReadyReplicas))
                .withAvailableReplicas(available)
                .withUnavailableReplicas(Math.max(0, replicas - available))
                .withConditions(available(deployment, available >= replicas, now))
                .build();
    }

    private static DeploymentCondition available(Deployment deployment, boolean enough, Instant now) {
        String status = enough ? "True" : "False";
        String since = Optional.ofNullable(deployment.getStatus()).stream()
                .flatMap(had -> had.getConditions().stream())
                .filter(had -> had.getType().equals("Available") && had.getStatus().equals(status))
                .map(DeploymentCondition::getLastTransitionTime)
                .findFirst()
                .orElse(Nodes.timestamp(now));
        return new DeploymentConditionBuilder()
                .withType("Available")
                .withStatus(status)
                .withReason(enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable")
                .withMessage(enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.")
                .withLastTransitionTime(since)
                .withLastUpdateTime(since)
                .build();
    }

    private List<ReplicaSet> owned(Deployment deployment) {
        return state.replicaSets.list().stream().filter(set -> ClusterState.isControlledBy(set, deployment)).toList();
    }

    private Optional<ReplicaSet> current(Deployment deployment, String hash) {
        return owned(deployment).stream().filter(set -> isAt(set, hash)).findFirst();
    }

    private static boolean isAt(ReplicaSet set, String hash) {
        return hash.equals(set.getMetadata().getLabels().get(HASH));
    }

    private static int sum(List<ReplicaSet> sets, Function<ReplicaSetStatus, Integer> field) {
        return sets.stream().mapToInt(set -> count(set, field)).sum();
    }

    private static int count(ReplicaSet set, Function<ReplicaSetStatus, Integer> field) {
        return Optional.ofNullable(set.getStatus()).map(field).orElse(0);
    }
}
