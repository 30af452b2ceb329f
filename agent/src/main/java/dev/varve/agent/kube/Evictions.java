package dev.varve.agent.kube;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.decide.PodFacts;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Eviction API, policy/v1: what is asked and what the answers mean. */
final class Evictions {
    /** Text of the API server's eviction handler in a cause with reason DisruptionBudget. */
    private static final Pattern BUDGET = Pattern.compile("The disruption budget (\\S+) ");

    private Evictions() {}

    static io.fabric8.kubernetes.api.model.policy.v1.Eviction request(PodFacts pod) {
        return new EvictionBuilder()
                .withNewMetadata()
                .withName(pod.name())
                .withNamespace(pod.namespace())
                .endMetadata()
                .withDeleteOptions(exactly(pod))
                .build();
    }

    /** The pod of this UID, with its own grace period. */
    static DeleteOptions exactly(PodFacts pod) {
        return new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(pod.uid())
                .endPreconditions()
                .build();
    }

    /** @throws ClusterException where there was no answer */
    static Eviction answer(PodFacts pod, KubernetesClientException answer) {
        if (answer.getCode() <= 0) {
            throw new ClusterException("evict pod " + pod.path(), 0, answer);
        }
        return switch (answer.getCode()) {
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT -> new Eviction.Gone();
            default -> refused(answer);
        };
    }

    private static Eviction refused(KubernetesClientException answer) {
        @Nullable Status status = answer.getStatus();
        List<String> causes = causes(status);
        Optional<String> budget = causes.stream()
                .map(BUDGET::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst();
        String said = status == null || status.getMessage() == null
                ? String.valueOf(answer.getMessage())
                : status.getMessage();
        return new Eviction.Refused(budget, causes.isEmpty() ? said : said + " " + String.join(" ", causes));
    }

    private static List<String> causes(@Nullable Status status) {
        if (status == null || status.getDetails() == null) {
            return List.of();
        }
        return status.getDetails().getCauses().stream()
                .map(StatusCause::getMessage)
                .flatMap(text -> Optional.ofNullable(text).stream())
                .toList();
    }
}
