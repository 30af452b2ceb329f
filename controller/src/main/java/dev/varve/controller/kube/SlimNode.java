package dev.varve.controller.kube;

import io.fabric8.kubernetes.api.model.Node;
import java.util.List;

/** A Node without what nobody here reads and what makes most of its size: images and managed fields. */
public final class SlimNode {
    private SlimNode() {}

    /** Changes the node it is given. */
    public static Node of(Node node) {
        node.getMetadata().setManagedFields(List.of());
        if (node.getStatus() != null) {
            node.getStatus().setImages(List.of());
        }
        return node;
    }
}
