package dev.varve.controller.kube;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import java.util.List;
import java.util.Objects;

/** Whether a change of a node is news: kubelets write heartbeats into their nodes that say nothing new. */
final class NodeNews {
    private NodeNews() {}

    static boolean isNews(Node before, Node now) {
        return !Parts.labels(before).equals(Parts.labels(now))
                || !Parts.annotations(before).equals(Parts.annotations(now))
                || !Objects.equals(before.getSpec(), now.getSpec())
                || !states(before).equals(states(now));
    }

    private static List<String> states(Node node) {
        if (node.getStatus() == null || node.getStatus().getConditions() == null) {
            return List.of();
        }
        return node.getStatus().getConditions().stream().map(NodeNews::state).sorted().toList();
    }

    private static String state(NodeCondition condition) {
        return condition.getType() + "=" + condition.getStatus();
    }
}
