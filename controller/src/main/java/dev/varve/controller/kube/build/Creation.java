package dev.varve.controller.kube.build;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;

/** Making what may be there already. */
final class Creation {
    private Creation() {}

    /** False where it was there. @throws KubernetesClientException where it cannot be made for another reason */
    static boolean createdNow(Resource<?> resource) {
        try {
            resource.create();
            return true;
        } catch (KubernetesClientException failed) {
            if (failed.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw failed;
        }
    }
}
