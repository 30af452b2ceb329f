package dev.varve.sandbox.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Keys;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NodeTimesTest {
    private static final Instant T = Instant.EPOCH;

    @Test
    void addsUpTheSpellsOfEachKind() {
        NodeTimes times = NodeTimes.NONE
                .seen(node(false, "Idle"), false, T)
                .seen(node(true, "Cordoning"), false, T.plusSeconds(1))
                .seen(node(true, "Draining"), false, T.plusSeconds(2))
                .seen(node(true, "Rebooting"), true, T.plusSeconds(5))
                .seen(node(true, "Verifying"), false, T.plusSeconds(9))
                .seen(node(false, "Idle"), false, T.plusSeconds(10))
                .seen(node(true, "Draining"), false, T.plusSeconds(20));
        assertThat(times.unschedulable().at(T.plusSeconds(21))).isEqualTo(Duration.ofSeconds(10));
        assertThat(times.draining().at(T.plusSeconds(21))).isEqualTo(Duration.ofSeconds(4));
        assertThat(times.down().at(T.plusSeconds(21))).isEqualTo(Duration.ofSeconds(4));
    }

    private static Node node(boolean cordoned, String phase) {
        return new NodeBuilder()
                .withNewMetadata().withName("n").addToAnnotations(Keys.PHASE, phase).endMetadata()
                .withNewSpec().withUnschedulable(cordoned).endSpec()
                .build();
    }
}
