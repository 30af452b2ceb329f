package dev.varve.controller.kube.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.controller.decide.build.BuildPodFacts;
import dev.varve.controller.decide.build.ContainerFacts.Exited;
import dev.varve.controller.decide.build.ContainerFacts.Waiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodReaderTest {
    private final PodReader reader = PodReader.withoutLogs();

    private static PodBuilder pod() {
        return new PodBuilder().withNewMetadata().withName("p").withUid("u").withCreationTimestamp("2026-11-23T10:00:00Z").endMetadata();
    }

    private BuildPodFacts failed(String reason, String message) {
        return reader.read(pod().withNewStatus().withPhase("Failed").withReason(reason).withMessage(message).endStatus().build(), 1);
    }

    @ParameterizedTest
    @CsvSource({
        "Evicted,The node was low on resource: memory.,true",
        "Evicted,Pod ephemeral local storage usage exceeds the total limit of containers 60Gi.,false",
        "NodeLost,,true",
        "Preempting,,true",
        "Terminated,Pod was terminated in response to imminent node shutdown.,true",
        "OutOfcpu,,true",
        "DeadlineExceeded,,false",
        ",,false"
    })
    void tellsWhatTheClusterTookAwayFromWhatFailed(String reason, String message, boolean disrupted) {
        assertThat(failed(reason, message).disruption().isPresent()).isEqualTo(disrupted);
    }

    @Test
    void readsTheDisruptionCondition() {
        Pod pod = pod().withNewStatus().withPhase("Failed").addNewCondition().withType("DisruptionTarget").withStatus("True")
                .withReason("PreemptionByScheduler").withMessage("preempting").endCondition().endStatus().build();
        assertThat(reader.read(pod, 1).disruption()).contains("PreemptionByScheduler: preempting");
    }

    @Test
    void knowsTheKubeletsDeadline() {
        assertThat(failed("DeadlineExceeded", "x").deadlineExceeded()).isTrue();
    }

    @Test
    void saysWhyThereIsNoNode() {
        Pod pod = pod().withNewStatus().withPhase("Pending").addNewCondition().withType("PodScheduled").withStatus("False")
                .withMessage("0/3 nodes are available").endCondition().endStatus().build();
        assertThat(reader.read(pod, 1).note()).isEqualTo("0/3 nodes are available");
    }

    @Test
    void aPodWithoutStatusIsPending() {
        BuildPodFacts facts = reader.read(pod().build(), 2);
        assertThat(facts.phase()).isEqualTo("Pending");
        assertThat(facts.attempt()).isEqualTo(2);
        assertThat(facts.created()).isEqualTo(Instant.parse("2026-11-23T10:00:00Z"));
    }

    @Test
    void readsContainers() {
        Pod pod = pod().withNewStatus().withPhase("Running")
                .addNewContainerStatus().withName("image-build").withNewState().withNewTerminated().withExitCode(137)
                .withReason("OOMKilled").withMessage("last words").withFinishedAt("2026-11-23T10:05:00Z").endTerminated().endState().endContainerStatus()
                .addNewContainerStatus().withName("image-push").withNewState().withNewWaiting("back-off", "ErrImagePull").endState().endContainerStatus()
                .endStatus().build();
        assertThat(reader.read(pod, 1).containers()).extracting(c -> c.state()).containsExactly(
                new Exited(137, "OOMKilled", "last words", Instant.parse("2026-11-23T10:05:00Z")), new Waiting("ErrImagePull: back-off"));
    }
}
