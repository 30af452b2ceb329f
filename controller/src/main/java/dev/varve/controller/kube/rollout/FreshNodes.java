package dev.varve.controller.kube.rollout;

import dev.varve.controller.kube.KubeException;
import dev.varve.controller.kube.Parts;
import io.fabric8.kubernetes.api.model.Node;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Nodes that we know to be newer than the informer's: those we have just written, and those a new leader has read for
 * itself. Without them a slot could be given twice, once by a cache that has not yet heard of the first. Each is forgotten
 * as soon as the informer has caught up.
 *
 * <p>Resource versions are compared as numbers: the API promises that since 1.35, and etcd's have always been.
 */
public final class FreshNodes {
    private final Map<String, Node> newer = new ConcurrentHashMap<>();

    /** A node as the API server has just returned it. */
    public void remember(Node node) {
        newer.merge(Parts.name(node), node, FreshNodes::newer);
    }

    /** The newer of what the informer shows and what we know. */
    public Node newest(Node seen) {
        Node known = newer.get(Parts.name(seen));
        if (known == null) {
            return seen;
        }
        if (newer(seen, known) == seen || !sameNode(seen, known)) {
            newer.remove(Parts.name(seen), known);
            return seen;
        }
        return known;
    }

    private static boolean sameNode(Node a, Node b) {
        return a.getMetadata().getUid() == null || a.getMetadata().getUid().equals(b.getMetadata().getUid());
    }

    private static Node newer(Node a, Node b) {
        return version(a) >= version(b) ? a : b;
    }

    private static long version(Node node) {
        String version = node.getMetadata().getResourceVersion();
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException unknown) {
            throw new KubeException("node " + Parts.name(node) + " has resourceVersion " + version + ", which is not a number");
        }
    }
}
