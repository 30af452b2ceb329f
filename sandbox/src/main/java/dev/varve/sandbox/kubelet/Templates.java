package dev.varve.sandbox.kubelet;

import dev.varve.contract.Names;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;

/** Tells one pod template from another. */
final class Templates {
    private static final int HASH = 10;

    private Templates() {}

    /** Ten hexadecimal digits, as long as a ReplicaSet's suffix on a real cluster. */
    static String hash(PodTemplateSpec template) {
        return Names.sha256(Serialization.asJson(template).getBytes(StandardCharsets.UTF_8)).substring(0, HASH);
    }
}
