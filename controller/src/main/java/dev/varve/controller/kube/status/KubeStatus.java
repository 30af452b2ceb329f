package dev.varve.controller.kube.status;

import dev.varve.controller.kube.KubeException;
import dev.varve.controller.kube.Kinds;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** The status subresource of pools at the API server. */
public final class KubeStatus implements StatusWriter {
    private static final PatchContext MERGE =
            new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

    private final KubernetesClient client;

    public KubeStatus(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void patch(String pool, String mergePatch) {
        try {
            client.genericKubernetesResources(Kinds.MACHINE_CONFIG_POOL)
                    .withName(pool)
                    .subresource("status")
                    .patch(MERGE, mergePatch);
        } catch (KubernetesClientException failed) {
            throw new KubeException("patch of the status of MachineConfigPool " + pool, failed);
        }
    }
}
