package dev.varve.controller.kube;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes core/v1 Events. The same words about the same object are said once in {@link #QUIET}. */
public final class KubeEvents implements Events {
    private static final Duration QUIET = Duration.ofMinutes(10);
    private static final int REMEMBERED = 2_000;
    /** Events about cluster-scoped objects live here, as those of the kubelet do. */
    private static final String NAMESPACE = "default";
    private static final String COMPONENT = "varve-controller";

    private static final Logger LOG = LoggerFactory.getLogger(KubeEvents.class);

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Instant> said = new LinkedHashMap<>();

    public KubeEvents(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public void normal(HasMetadata about, String reason, String message) {
        say(about, "Normal", reason, message);
    }

    @Override
    public void warning(HasMetadata about, String reason, String message) {
        say(about, "Warning", reason, message);
    }

    private void say(HasMetadata about, String type, String reason, String message) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        if (!isNews(about.getKind() + "/" + Parts.name(about) + "/" + reason + "/" + message)) {
            return;
        }
        var event = new EventBuilder()
                .withNewMetadata()
                .withGenerateName(Parts.name(about) + ".")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(Parts.name(about))
                .withUid(about.getMetadata().getUid())
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withCount(1)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .build();
        try {
            client.v1().events().inNamespace(NAMESPACE).resource(event).create();
        } catch (KubernetesClientException failed) {
            LOG.warn("event {} about {} {} could not be written", reason, about.getKind(), Parts.name(about), failed);
        }
    }

    private synchronized boolean isNews(String words) {
        Instant now = clock.instant();
        Instant last = said.get(words);
        if (last != null && now.isBefore(last.plus(QUIET))) {
            return false;
        }
        said.remove(words);
        said.put(words, now);
        if (said.size() > REMEMBERED) {
            said.remove(said.keySet().iterator().next());
        }
        return true;
    }
}
