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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Eviction API, policy/v1: what is asked and what the answers mean. */
final class Evictions {
    /** Text of the API server's eviction handler in a cause of this reason (registry/core/pod/storage/eviction.go). */
    private static final Pattern BUDGET = Pattern.compile("The disruption budget (\\S+) ");
    private static final String BUDGET_CAUSE = "DisruptionBudget";
    private static final String NAMESPACE_CAUSE = "NamespaceTerminating";
    private static final String SEVERAL_BUDGETS = "more than one PodDisruptionBudget";
    private static final int TOO_MANY_REQUESTS = 429;

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

    /**
     * @throws ClusterException where there was no answer, or one that is not about the pod: to be asked again when the API server
     *     has time, knows us, or is back
     */
    static Eviction answer(PodFacts pod, KubernetesClientException answer) {
        List<StatusCause> causes = causes(answer.getStatus());
        boolean aboutPod = switch (answer.getCode()) {
            case TOO_MANY_REQUESTS -> has(causes, BUDGET_CAUSE);
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_BAD_GATEWAY, HttpURLConnection.HTTP_UNAVAILABLE -> false;
            default -> answer.getCode() > 0;
        };
        if (!aboutPod) {
            throw new ClusterException("evict pod " + pod.path(), answer.getCode(), answer);
        }
        return switch (answer.getCode()) {
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT -> new Eviction.Gone();
            default -> new Eviction.Refused(budget(causes), sentence(said(answer), causes));
        };
    }

    private static Optional<String> budget(List<StatusCause> causes) {
        return messages(causes).map(BUDGET::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst();
    }

    private static String sentence(String said, List<StatusCause> causes) {
        if (has(causes, NAMESPACE_CAUSE)) {
            return "its namespace is being deleted, which deletes the pod: waits for that";
        }
        if (said.contains(SEVERAL_BUDGETS)) {
            return said + " Let one budget select it, not several";
        }
        return Stream.concat(Stream.of(said), messages(causes)).collect(Collectors.joining(" "));
    }

    private static String said(KubernetesClientException answer) {
        @Nullable Status status = answer.getStatus();
        return status == null || status.getMessage() == null ? String.valueOf(answer.getMessage()) : status.getMessage();
    }

    private static boolean has(List<StatusCause> causes, String reason) {
        return causes.stream().anyMatch(cause -> reason.equals(cause.getReason()));
    }

    private static Stream<String> messages(List<StatusCause> causes) {
        return causes.stream().map(StatusCause::getMessage).flatMap(text -> Optional.ofNullable(text).stream());
    }

    private static List<StatusCause> causes(@Nullable Status status) {
        return status == null || status.getDetails() == null ? List.of() : status.getDetails().getCauses();
    }
}
