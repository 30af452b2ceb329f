package dev.varve.controller.kube.status;

import dev.varve.controller.kube.KubeException;

/** Where a pool's status goes. */
public interface StatusWriter {

    /**
     * @param mergePatch JSON merge patch of the status subresource
     * @throws KubeException where it was not written
     */
    void patch(String pool, String mergePatch);
}
