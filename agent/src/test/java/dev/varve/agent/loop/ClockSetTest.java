package dev.varve.agent.loop;

import static dev.varve.agent.Images.B;
import static dev.varve.agent.loop.OneNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.FakeNodeApi;
import dev.varve.agent.host.HostException;
import dev.varve.contract.DrainReport;
import dev.varve.contract.Failure;
import dev.varve.contract.Keys;
import dev.varve.contract.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sets the host's clock by a day: no deadline comes nearer, and none goes away. */
class ClockSetTest {
    @TempDir
    Path directory;

    private final SetClock clock = new SetClock();
    private OneNode node;

    @AfterEach
    void end() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({"Force,P1D", "Skip,P1D", "Wait,P1D", "Force,-P1D", "Skip,-P1D", "Wait,-P1D"})
    void aDrainGoesOnAsItWas(String onTimeout, Duration set) {
        drainingWithAGuardedPod("{\"drain\":{\"timeout\":\"1h\",\"onTimeout\":\"" + onTimeout + "\"}}");
        Instant before = drain().orElseThrow().since();
        set(set);
        await().until(() -> drain().filter(report -> near(Duration.between(before, report.since()), set)
                && !report.blockers().isEmpty()).isPresent());
        assertThat(node.api.phase()).isEqualTo("Draining");
        assertThat(node.api.podsLeft()).isEqualTo(1);
        assertThat(node.api.events).doesNotContain("ForcedDrain", "FailedToDrain");
        assertThat(node.isDegraded()).isFalse();

        node.api.guard("cart", false);
        await().until(() -> node.api.phase().equals("Rebooting"));
        assertThat(node.api.events).filteredOn("Drain"::equals).hasSize(1);
    }

    /** Set back while the agent was dead: what began in the future has just begun. */
    @Test
    void aDrainOfAnEarlierLifeHasItsDeadline() {
        drainingWithAGuardedPod("{\"drain\":{\"timeout\":\"1s\",\"onTimeout\":\"Force\"}}");
        node.close();
        clock.set(Duration.ofDays(-1));
        node.startAgent();
        await().until(() -> node.api.events.contains("ForcedDrain"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"P1D", "-P1D"})
    void aBootThatIsNotYetGoodIsNotTakenBackForIt(Duration set) {
        node = new OneNode(directory, clock, "{\"health\":{\"timeout\":\"1h\",\"soak\":\"0s\"}}");
        node.grant(B);
        node.startAgent();
        await().until(() -> node.api.phase().equals("Rebooting"));
        node.close();
        node.host.reboot(true);
        node.api.ready(false, node.host.bootId());
        node.startAgent();
        await().until(() -> node.api.phase().equals("Verifying"));
        int written = node.api.patches.size();
        set(set);
        node.host.calls.clear();
        node.api.annotate(Keys.CURRENT_IMAGE, null, Keys.PROGRESS, "somebody else's");
        await().until(() -> node.api.patches.size() > written && node.api.annotation(Keys.PROGRESS).orElseThrow().contains("Ready"));
        assertThat(node.host.calls).isEmpty();
        assertThat(node.host.booted()).contains(B);
        node.api.ready(true, node.host.bootId());
        await().until(() -> node.api.annotation(Keys.STATE).filter("Done"::equals).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"P1D", "-P1D"})
    void whatIsTriedAgainIsTriedAsSoonAsBefore(Duration set) {
        node = new OneNode(directory, clock, "{\"failure\":{\"retry\":{\"initial\":\"50ms\",\"cap\":\"100ms\"}}}");
        node.host.failStages(new HostException("stage", "", "connection reset by peer"));
        node.api.annotate(Keys.PREFETCH, B.toString());
        node.startAgent();
        await().until(() -> attempts() >= 2);
        clock.set(set); // Nobody wakes the agent: its own timer has to.
        int before = attempts();
        await().until(() -> attempts() >= before + 3);
    }

    private int attempts() {
        return node.api.annotation(Keys.FAILURE).map(text -> Failure.from(Tree.root(OneNode.JSON.read(text))).attempts()).orElse(0);
    }

    private void drainingWithAGuardedPod(String policy) {
        node = new OneNode(directory, clock, policy);
        node.api.add(FakeNodeApi.pod("cart"));
        node.api.guard("cart", true);
        node.grant(B);
        node.startAgent();
        await().until(() -> drain().filter(report -> !report.blockers().isEmpty()).isPresent());
    }

    /** Any event wakes the agent. */
    private void set(Duration by) {
        clock.set(by);
        node.api.annotate("example.com/note", by.toString());
    }

    private Optional<DrainReport> drain() {
        return node.api.annotation(Keys.DRAIN).map(text -> DrainReport.from(Tree.root(OneNode.JSON.read(text))));
    }

    private static boolean near(Duration one, Duration other) {
        return one.minus(other).abs().compareTo(Duration.ofMinutes(5)) < 0;
    }
}
