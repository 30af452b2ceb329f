package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Label selectors, node selectors, taints and tolerations, by the rules of the API reference. */
final class Selectors {
    private Selectors() {}

    /** An absent selector matches nothing, an empty one everything. */
    static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
        if (selector == null) {
            return false;
        }
        boolean equal = Optional.ofNullable(selector.getMatchLabels()).orElse(Map.of()).entrySet().stream()
                .allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())));
        return equal && selector.getMatchExpressions().stream()
                .allMatch(e -> requirement(e.getKey(), e.getOperator(), e.getValues(), labels));
    }

    /** nodeSelector and the required terms of the node affinity. */
    static boolean wantsNode(PodSpec pod, Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        boolean selected = Optional.ofNullable(pod.getNodeSelector()).orElse(Map.of()).entrySet().stream()
                .allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())));
        return selected && Optional.ofNullable(pod.getAffinity())
                .map(affinity -> affinity.getNodeAffinity())
                .map(affinity -> affinity.getRequiredDuringSchedulingIgnoredDuringExecution())
                .map(required -> required.getNodeSelectorTerms().stream().anyMatch(term -> matches(term, node)))
                .orElse(true);
    }

    static boolean tolerates(List<Toleration> tolerations, Taint taint) {
        return tolerations.stream().anyMatch(toleration -> tolerates(toleration, taint));
    }

    private static boolean matches(NodeSelectorTerm term, Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        Map<String, String> fields = Map.of("metadata.name", node.getMetadata().getName());
        return all(term.getMatchExpressions(), labels) && all(term.getMatchFields(), fields);
    }

    private static boolean all(List<NodeSelectorRequirement> requirements, Map<String, String> values) {
        return requirements.stream().allMatch(r -> requirement(r.getKey(), r.getOperator(), r.getValues(), values));
    }

    private static boolean requirement(String key, String operator, List<String> wanted, Map<String, String> values) {
        String value = values.get(key);
        return switch (operator) {
            case "In" -> value != null && wanted.contains(value);
            case "NotIn" -> value == null || !wanted.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        boolean effect = isEmpty(toleration.getEffect()) || toleration.getEffect().equals(taint.getEffect());
        boolean exists = "Exists".equals(toleration.getOperator());
        boolean key = isEmpty(toleration.getKey()) ? exists : toleration.getKey().equals(taint.getKey());
        boolean value = exists || text(toleration.getValue()).equals(text(taint.getValue()));
        return effect && key && value;
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
