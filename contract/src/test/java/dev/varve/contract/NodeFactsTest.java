package dev.varve.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeFactsTest {
    private static final String IMAGE = "quay.io/o/os@sha256:" + "a".repeat(64);
    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void aNodeWithoutAnAgentHasNoFacts() {
        NodeFacts facts = NodeFacts.from(Map.of(), PlainJson.none());
        assertThat(facts.state()).isEmpty();
        assertThat(facts.problems()).isEmpty();
        assertThat(facts.rejected()).isEmpty();
    }

    @Test
    void readsWhatAnAgentWrites() {
        Failure failure = new Failure(IMAGE, Phase.Staging, "no route", 3, Optional.of(AT), false);
        DrainReport drain = new DrainReport(AT, 4, 1, List.of(new DrainReport.Blocker("shop", "cart-0", Optional.of("cart"), "needs 3", AT)));
        PlainJson json = new PlainJson(Map.of("F", failure.tree(), "D", drain.tree(), "R", List.of("sha256:" + "b".repeat(64))));
        NodeFacts facts = NodeFacts.from(
                Map.of(
                        Keys.STATE, "Working", Keys.PHASE, "Draining", Keys.STAGED, IMAGE, Keys.FAILURE, "F",
                        Keys.DRAIN, "D", Keys.REJECTED, "R", Keys.HELD_CORDON, "true"),
                json);
        assertThat(facts.problems()).isEmpty();
        assertThat(facts.state()).hasValue(NodeState.Working);
        assertThat(facts.phase()).hasValue(Phase.Draining);
        assertThat(facts.staged()).hasValue(Pullspec.parse(IMAGE));
        assertThat(facts.failure()).hasValue(failure);
        assertThat(facts.drain()).hasValue(drain);
        assertThat(facts.rejected()).containsExactly(new Digest("sha256:" + "b".repeat(64)));
        assertThat(facts.heldCordon()).isTrue();
    }

    @Test
    void garbageStandsInTheProblems() {
        NodeFacts facts = NodeFacts.from(
                Map.of(Keys.STATE, "done", Keys.CURRENT_IMAGE, "latest", Keys.FAILURE, "F"), PlainJson.of("F", Map.of("phase", "Sleeping")));
        assertThat(facts.state()).isEmpty();
        assertThat(facts.currentImage()).isEmpty();
        assertThat(facts.failure()).isEmpty();
        assertThat(facts.problems()).hasSize(3).allMatch(p -> p.contains("\""));
    }
}
