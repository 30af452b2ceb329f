package dev.varve.controller.kube.build;

import dev.varve.controller.decide.build.BuildPodFacts;
import dev.varve.controller.decide.build.ContainerFacts;
import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A build pod as facts. */
final class PodReader {
    /** Reasons of {@code status.reason} by which kubelet and node controller take a pod away. */
    private static final Set<String> TAKEN_AWAY = Set.of(
            "Evicted", "Preempting", "NodeLost", "NodeShutdown", "Shutdown", "Terminated", "NodeAffinity", "UnexpectedAdmissionError");
    /** The kubelet evicts a pod for its own limit too: that would happen again. */
    private static final String OWN_LIMIT = "exceeds the";

    /** What a container has said, from its log or, where that is gone, from its termination message. */
    interface Words {
        /** @param message the termination message */
        String of(Pod pod, String container, String message);
    }

    private final Words words;

    PodReader(Words words) {
        this.words = words;
    }

    BuildPodFacts read(Pod pod, int attempt) {
        PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        Instant created = time(pod.getMetadata().getCreationTimestamp(), Instant.EPOCH);
        return new BuildPodFacts(
                Fields.name(pod),
                text(pod.getMetadata().getUid()),
                attempt,
                status.getPhase() == null ? "Pending" : status.getPhase(),
                created,
                Fields.deleting(pod),
                disruption(status),
                "DeadlineExceeded".equals(status.getReason()),
                note(status),
                status.getContainerStatuses().stream().map(container -> container(pod, container, created)).toList());
    }

    private static Optional<String> disruption(PodStatus status) {
        if (text(status.getMessage()).contains(OWN_LIMIT)) {
            return Optional.empty();
        }
        Optional<String> byCluster = condition(status, "DisruptionTarget", "True").map(c -> text(c.getReason()) + ": " + text(c.getMessage()));
        String reason = text(status.getReason());
        boolean taken = TAKEN_AWAY.contains(reason) || reason.startsWith("OutOf");
        return byCluster.or(() -> taken ? Optional.of(reason + ": " + text(status.getMessage())) : Optional.empty());
    }

    private static String note(PodStatus status) {
        return condition(status, "PodScheduled", "False").map(c -> text(c.getMessage())).orElse(text(status.getMessage()));
    }

    private static Optional<PodCondition> condition(PodStatus status, String type, String value) {
        return status.getConditions().stream().filter(c -> type.equals(c.getType()) && value.equals(c.getStatus())).findFirst();
    }

    private ContainerFacts container(Pod pod, ContainerStatus status, Instant created) {
        ContainerState state = status.getState();
        if (state != null && state.getTerminated() != null) {
            return new ContainerFacts(status.getName(), exited(pod, status.getName(), state.getTerminated(), created));
        }
        boolean running = state != null && state.getRunning() != null;
        return new ContainerFacts(status.getName(), running
                ? new ContainerFacts.Running()
                : new ContainerFacts.Waiting(why(state == null ? null : state.getWaiting())));
    }

    private ContainerFacts.Exited exited(Pod pod, String container, ContainerStateTerminated end, Instant created) {
        int code = Objects.requireNonNullElse(end.getExitCode(), 0);
        String message = text(end.getMessage());
        // What the cluster took away is not to blame, and its node may not answer any more.
        boolean blamed = code != 0 && disruption(pod.getStatus()).isEmpty();
        String said = blamed ? words.of(pod, container, message) : message;
        return new ContainerFacts.Exited(code, text(end.getReason()), said, time(end.getFinishedAt(), created));
    }

    private static String why(@Nullable ContainerStateWaiting waiting) {
        return waiting == null ? "" : String.join(": ", Stream.of(text(waiting.getReason()), text(waiting.getMessage()))
                .filter(part -> !part.isEmpty()).toList());
    }

    /** Where the API server gave no time, the other stands in: a wrong time delays, it does not break. */
    private static Instant time(@Nullable String text, Instant otherwise) {
        try {
            return text == null ? otherwise : Instant.parse(text);
        } catch (DateTimeParseException unreadable) {
            return otherwise;
        }
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** For builds that have ended: their pods' logs are of no interest. */
    static PodReader withoutLogs() {
        return new PodReader((pod, container, message) -> message);
    }
}
