package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The DaemonSet controller: one pod on each node that the template selects and tolerates, cordoned or not. A changed
 * template replaces the pods one node after the other. Pods are bound at creation, as before Kubernetes 1.12.
 */
final class DaemonSets implements ControlLoop {
    private static final String REVISION = "controller-revision-hash";
    // What the controller adds to every daemon pod, of which the sandbox has these taints.
    private static final List<Toleration> ALWAYS = List.of(
            tolerance("node.kubernetes.io/not-ready", "NoExecute"),
            tolerance("node.kubernetes.io/unreachable", "NoExecute"),
            tolerance("node.kubernetes.io/unschedulable", "NoSchedule"));
    // The node controller sets this one beside NoExecute; a daemon pod's presence on a node does not depend on it.
    private static final Toleration UNREACHABLE = tolerance("node.kubernetes.io/unreachable", "NoSchedule");

    private final Api api;
    private final ClusterState state;

    DaemonSets(Api api, ClusterState state) {
        this.api = api;
        this.state = state;
    }

    @Override
    public Instant turn(Instant now) {
        for (DaemonSet set : state.daemonSets.list()) {
            if (set.getMetadata().getDeletionTimestamp() == null) {
                manage(set);
            }
        }
        return NOTHING_DUE;
    }

    private void manage(DaemonSet set) {
        String revision = Templates.hash(set.getSpec().getTemplate());
        List<Node> wanted = state.nodes.list().stream().filter(node -> shouldRun(set, node)).toList();
        List<Pod> pods = state.podsOf(set);
        for (Pod pod : pods) {
            boolean misplaced = wanted.stream().noneMatch(node -> Pods.isOn(pod, node));
            if (!Pods.isTerminating(pod) && (misplaced || Pods.isFinished(pod))) {
                api.delete(state.pods, pod);
            }
        }
        for (Node node : wanted) {
            List<Pod> here = pods.stream().filter(pod -> Pods.isOn(pod, node)).toList();
            if (here.isEmpty()) {
                api.create(state.pods, pod(set, node, revision));
            }
            here.stream().filter(Pods::isActive).skip(1).forEach(extra -> api.delete(state.pods, extra));
        }
        replaceOne(set, wanted, revision);
        DaemonSetStatus status = status(set, wanted, revision);
        if (!status.equals(set.getStatus())) {
            api.patchStatus(state.daemonSets, set, status);
        }
    }

    private boolean shouldRun(DaemonSet set, Node node) {
        PodTemplateSpec template = set.getSpec().getTemplate();
        var tolerations = new ArrayList<>(template.getSpec().getTolerations());
        tolerations.addAll(ALWAYS);
        tolerations.add(UNREACHABLE);
        return Selectors.wantsNode(template.getSpec(), node)
                && node.getSpec().getTaints().stream()
                        .allMatch(taint -> taint.getEffect().equals("PreferNoSchedule") || Selectors.tolerates(tolerations, taint));
    }

    private static Pod pod(DaemonSet set, Node node, String revision) {
        return new PodBuilder(Pods.from(set.getSpec().getTemplate(), set))
                .editMetadata().addToLabels(REVISION, revision).endMetadata()
                .editSpec().withNodeName(node.getMetadata().getName()).addAllToTolerations(ALWAYS).endSpec()
                .build();
    }

    /** RollingUpdate with its default of one unavailable pod; a pod that is not ready anyway costs nothing. */
    private void replaceOne(DaemonSet set, List<Node> wanted, String revision) {
        boolean onDelete = Optional.ofNullable(set.getSpec().getUpdateStrategy()).map(s -> "OnDelete".equals(s.getType())).orElse(false);
        List<Pod> active = state.podsOf(set).stream().filter(Pods::isActive).toList();
        List<Pod> old = active.stream().filter(pod -> !isAt(pod, revision)).toList();
        if (onDelete || old.isEmpty()) {
            return;
        }
        old.stream().filter(pod -> !Pods.isReady(pod)).forEach(pod -> api.delete(state.pods, pod));
        if (active.size() == wanted.size() && active.stream().allMatch(Pods::isReady)) {
            api.delete(state.pods, old.getFirst());
        }
    }

    private DaemonSetStatus status(DaemonSet set, List<Node> wanted, String revision) {
        List<Pod> pods = state.podsOf(set).stream().filter(Pods::isActive).toList();
        List<Pod> placed = pods.stream().filter(pod -> wanted.stream().anyMatch(node -> Pods.isOn(pod, node))).toList();
        int ready = (int) placed.stream().filter(Pods::isReady).count();
        return new DaemonSetStatusBuilder()
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withDesiredNumberScheduled(wanted.size())
                .withCurrentNumberScheduled(placed.size())
                .withNumberMisscheduled(pods.size() - placed.size())
                .withUpdatedNumberScheduled((int) placed.stream().filter(pod -> isAt(pod, revision)).count())
                .withNumberReady(ready)
                .withNumberAvailable(ready)
                .withNumberUnavailable(wanted.size() - ready)
                .build();
    }

    private static boolean isAt(Pod pod, String revision) {
        return Objects.equals(pod.getMetadata().getLabels().get(REVISION), revision);
    }

    private static Toleration tolerance(String key, String effect) {
        return new TolerationBuilder().withKey(key).withOperator("Exists").withEffect(effect).build();
    }
}
