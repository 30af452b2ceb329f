package dev.varve.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.FakeNodeApi;
import dev.varve.agent.decide.Request;
import dev.varve.contract.Keys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long a word to the Node is held back, by a clock that stands still. */
class ReporterTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final FakeNodeApi api = new FakeNodeApi();
    private final Reporter reporter = new Reporter(
            api.door(), OneNode.JSON, clock, new Retry(clock, new Random(1)), new Say(_ -> {}));

    @Test
    void aBlockerShowsWithinASecondOfTheLastWrite() {
        tell(Keys.PHASE, "Draining");
        tell(Keys.DRAIN, "{}");
        assertThat(api.annotation(Keys.DRAIN)).isEmpty();
        assertThat(reporter.heldBack()).hasValueSatisfying(due -> assertThat(Duration.between(NOW, due)).isLessThan(Duration.ofSeconds(1)));
    }

    @Test
    void progressIsHeldBackForFiveSecondsAndTheRestNotAtAll() {
        tell(Keys.PHASE, "Staging");
        tell(Keys.PROGRESS, "layer 1 of 2");
        assertThat(reporter.heldBack()).contains(NOW.plusSeconds(5));
        tell(Keys.REASON, "it fails");
        assertThat(api.annotation(Keys.REASON)).contains("it fails");
        assertThat(api.patches).hasSize(2);
    }

    private void tell(String key, String value) {
        Request request = Request.of(api.door().node().orElseThrow(), false, OneNode.JSON);
        reporter.tell(Map.of(key, Optional.of(value)), request);
    }
}
