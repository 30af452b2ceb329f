package dev.varve.agent.kube;

import dev.varve.agent.decide.NodeView;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.Texts;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** fabric8's objects as the agent's own records, and the one object that goes the other way. */
final class Views {
    /** Where events on cluster-scoped objects live, as the kubelet writes them. */
    static final String EVENT_NAMESPACE = "default";

    private static final String COMPONENT = "varve-agent";
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

    private Views() {}

    static NodeView node(Node node) {
        var status = Optional.ofNullable(node.getStatus());
        boolean ready = status.stream()
                .flatMap(s -> s.getConditions().stream())
                .filter(c -> "Ready".equals(c.getType()))
                .map(NodeCondition::getStatus)
                .anyMatch("True"::equals);
        boolean unschedulable = Optional.ofNullable(node.getSpec())
                .map(spec -> Boolean.TRUE.equals(spec.getUnschedulable()))
                .orElse(false);
        return new NodeView(
                text(node.getMetadata().getResourceVersion()),
                present(node.getMetadata().getAnnotations()),
                unschedulable,
                ready,
                status.flatMap(s -> Optional.ofNullable(s.getNodeInfo()))
                        .flatMap(info -> Optional.ofNullable(info.getBootID()))
                        .filter(id -> !id.isEmpty()));
    }

    static PodFacts pod(Pod pod) {
        var metadata = pod.getMetadata();
        List<OwnerReference> owners = metadata.getOwnerReferences();
        Map<String, String> annotations = present(metadata.getAnnotations());
        return new PodFacts(
                text(metadata.getNamespace()),
                text(metadata.getName()),
                text(metadata.getUid()),
                present(metadata.getLabels()),
                owners.stream()
                        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                        .map(owner -> new PodFacts.Controller(text(owner.getKind()), text(owner.getUid())))
                        .findFirst(),
                annotations.containsKey(MIRROR),
                pod.getStatus() != null && FINISHED.contains(text(pod.getStatus().getPhase())),
                Optional.ofNullable(metadata.getDeletionTimestamp())
                        .map(due -> new PodFacts.Leaving(Instant.parse(due), metadata.getFinalizers())));
    }

    static Event event(String node, boolean warning, String reason, String message, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new EventBuilder()
                .withNewMetadata()
                .withName(node + "." + Long.toHexString(now.getEpochSecond() * 1_000_000_000L + now.getNano()))
                .withNamespace(EVENT_NAMESPACE)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .withUid(node) // As the kubelet does: describe finds events of a node by its name.
                .endInvolvedObject()
                .withType(warning ? "Warning" : "Normal")
                .withReason(reason)
                .withMessage(Texts.cut(message, 1024))
                .withNewSource(COMPONENT, node)
                .withFirstTimestamp(time)
                .withLastTimestamp(time)
                .withCount(1)
                .withReportingComponent(COMPONENT)
                .withReportingInstance(node)
                .build();
    }

    /** A server may keep a removed key with a null; it is as good as gone. */
    private static Map<String, String> present(@Nullable Map<String, String> map) {
        var present = new HashMap<String, String>();
        if (map != null) {
            map.forEach((key, value) -> {
                if (value != null) {
                    present.put(key, value);
                }
            });
        }
        return present;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
