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
                .seen(node(false, "Idle", true), T)
                .seen(node(true, "Cordoning", true), T.plusSeconds(1))
                .seen(node(true, "Draining", true), T.plusSeconds(2))
                .seen(node(true, "Rebooting", false), T.plusSeconds(5))
                .seen(node(true, "Verifying", true), T.plusSeconds(9))
                .seen(node(false, "Idle", true), T.plusSeconds(10))
                .seen(node(true, "Draining", true), T.plusSeconds(20));
        assertThat(times.unschedulable().at(T.plusSeconds(21))).isEqualTo(Duration.ofSeconds(10));
        assertThat(times.draining().at(T.plusSeconds(21))).isEqualTo(Duration.ofSeconds(4));
        assertThat(times.down().at(T.plusSeconds(21))).isEqualTo(Duration.ofSeconds(4));
    }

    private static Node node(boolean cordoned, String phase, boolean ready) {
        return new NodeBuilder()
                .withNewMetadata().withName("n").addToAnnotations(Keys.PHASE, phase).endMetadata()
                .withNewSpec().withUnschedulable(cordoned).endSpec()
                .withNewStatus().addNewCondition().withType("Ready").withStatus(ready ? "True" : "False").endCondition().endStatus()
                .build();
    }
}
