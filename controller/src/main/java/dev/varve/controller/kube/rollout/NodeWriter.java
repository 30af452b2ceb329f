package dev.varve.controller.kube.rollout;

import dev.varve.controller.kube.KubeException;
import io.fabric8.kubernetes.api.model.Node;

/** Where changes to nodes go. */
public interface NodeWriter {

    /**
     * @param mergePatch JSON merge patch; its resourceVersion is a precondition
     * @return the node after the patch
     * @throws KubeException {@link KubeException#isConflict} where the node has changed, {@link KubeException#isNotFound}
     *     where it is gone
     */
    Node patch(String name, String mergePatch);
}
