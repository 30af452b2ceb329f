package dev.varve.agent.loop;

import static dev.varve.agent.Images.B;
import static dev.varve.agent.Images.C;
import static dev.varve.agent.loop.OneNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.FakeNodeApi;
import dev.varve.contract.DrainReport;
import dev.varve.contract.Keys;
import dev.varve.contract.Tree;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when a drain takes longer than it may, and when the API server goes away in the middle of it. */
class DrainDeadlineTest {
    @TempDir
    Path directory;

    private OneNode node;

    @AfterEach
    void end() {
        node.close();
    }

    @Test
    void waitGoesOnAskingAndSaysSoOnce() {
        drain("{\"drain\":{\"timeout\":\"100ms\"}}");
        await().until(() -> node.api.events.contains("FailedToDrain"));
        node.api.guard("cart", false);
        await().until(() -> node.api.phase().equals("Rebooting"));
        assertThat(node.api.events).filteredOn("FailedToDrain"::equals).hasSize(1);
        assertThat(node.api.events).doesNotContain("ForcedDrain");
    }

    @Test
    void skipGivesTheTurnBackServesAndIsNotDrainedAgainForThisImage() {
        drain("{\"drain\":{\"timeout\":\"2s\",\"onTimeout\":\"Skip\"}}");
        await().until(() -> node.isDegraded() && !node.api.unschedulable());
        assertThat(node.reason()).contains("not drained within 2s", "serves", "until the pool has another image");
        assertThat(node.api.annotation(Keys.DRAIN)).isEmpty();
        assertThat(node.api.events).contains("FailedToDrain", "Uncordon").doesNotContain("ForcedDrain", "Drain");
        assertThat(node.api.podsLeft()).isEqualTo(1);
        assertThat(node.reboots()).isEmpty();

        node.api.guard("cart", false);
        node.grant(C);
        await().until(() -> node.api.phase().equals("Rebooting"));
    }

    @Test
    void forceDeletesWithAnEventForEachPodAndGoesOn() {
        drain("{\"drain\":{\"timeout\":\"100ms\",\"onTimeout\":\"Force\"}}");
        await().until(() -> node.api.phase().equals("Rebooting"));
        assertThat(node.api.events).filteredOn("ForcedDrain"::equals).hasSize(1);
        assertThat(node.api.podsLeft()).isZero();
    }

    @Test
    void anApiServerThatGoesAwayInTheMiddleIsWaitedForAndTheDrainGoesOn() {
        drain("{}");
        DrainReport before = report();
        node.api.down(true);
        node.api.guard("cart", false);
        node.api.add(FakeNodeApi.pod("late"));
        node.api.guard("late", true);
        node.api.down(false);
        await().until(() -> node.api.evicted.contains("cart"));
        await().until(() -> report().left() == 1);
        assertThat(report().since()).isEqualTo(before.since());
        node.api.guard("late", false);
        await().until(() -> node.api.phase().equals("Rebooting"));
        assertThat(node.api.evicted).doesNotHaveDuplicates();
    }

    @Test
    void anAgentThatBeginsAnewKeepsSinceWhenAPodIsHeld() {
        drain("{}");
        DrainReport before = report();
        node.close();
        node.api.annotate(Keys.PROGRESS, "of another life");
        node.startAgent();
        await().until(() -> !node.api.annotation(Keys.PROGRESS).orElse("").equals("of another life"));
        await().until(() -> !report().blockers().isEmpty());
        assertThat(report().blockers().getFirst().since()).isEqualTo(before.blockers().getFirst().since());
        assertThat(report().since()).isEqualTo(before.since());
    }

    private void drain(String policy) {
        node = new OneNode(directory, Clock.systemUTC(), policy);
        node.api.add(FakeNodeApi.pod("cart"));
        node.api.guard("cart", true);
        node.grant(B);
        node.startAgent();
        if (policy.equals("{}")) {
            await().until(() -> node.api.annotation(Keys.DRAIN).isPresent() && !report().blockers().isEmpty());
        }
    }

    private DrainReport report() {
        return DrainReport.from(Tree.root(OneNode.JSON.read(node.api.annotation(Keys.DRAIN).orElseThrow())));
    }
}
