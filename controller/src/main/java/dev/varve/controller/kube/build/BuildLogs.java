package dev.varve.controller.kube.build;

import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What build pods have said, without the passwords that they work with. */
final class BuildLogs {
    private static final Logger LOG = LoggerFactory.getLogger(BuildLogs.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final KubernetesClient impatient;
    private final String namespace;
    private final Secrets secrets;

    BuildLogs(KubernetesClient client, String namespace) {
        // Without the client's retries: a kubelet that does not answer would hold up the pool for half a minute.
        this.impatient = client.newClient(new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout((int) TIMEOUT.toMillis())
                        .build())
                .adapt(KubernetesClient.class);
        this.namespace = namespace;
        // Not the loop's: that remembers by the times of its turns.
        this.secrets = new Secrets(client, namespace);
    }

    /** The last lines; "" where there is no log, which may be gone with its node or its pod. */
    String tail(Pod pod, String container, int lines) {
        try {
            // By its address, since the client's own way to logs first waits for the pod to be ready.
            String log = impatient.raw("/api/v1/namespaces/" + namespace + "/pods/" + Fields.name(pod) + "/log?container=" + container
                    + "&tailLines=" + lines);
            return log == null ? "" : masked(pod, log);
        } catch (KubernetesClientException noLog) {
            LOG.warn("the log of container {} of build pod {} cannot be read: {}", container, Fields.name(pod), noLog.getMessage());
            return "";
        }
    }

    /** The text without any credential of the secrets that the pod mounts. */
    String masked(Pod pod, String text) {
        String masked = text;
        for (Volume volume : pod.getSpec() == null ? List.<Volume>of() : pod.getSpec().getVolumes()) {
            SecretVolumeSource secret = volume.getSecret();
            if (secret != null && BuildPod.LOGINS.contains(volume.getName())) {
                masked = secrets.login(Objects.requireNonNullElse(secret.getSecretName(), ""), Instant.now()).mask(masked);
            }
        }
        return masked;
    }
}
