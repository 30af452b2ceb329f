package dev.varve.controller.decide.status;

import static dev.varve.controller.decide.rollout.NodeMaker.A;
import static dev.varve.controller.decide.rollout.NodeMaker.B;
import static dev.varve.controller.decide.rollout.NodeMaker.NOW;
import static dev.varve.controller.decide.rollout.NodeMaker.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Phase;
import dev.varve.controller.decide.rollout.Build;
import dev.varve.controller.decide.rollout.BuildState;
import dev.varve.controller.decide.rollout.Goal;
import dev.varve.controller.decide.rollout.NodeMaker;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolStatusTest {
    private boolean paused;
    private String machineOSConfig = "layered";
    private Build build = new Build(BuildState.Succeeded, "b1");
    private Goal goal = new Goal.Move(B);
    private final List<Note> notes = new ArrayList<>();
    private List<Condition> before = List.of();

    private PoolStatus of(NodeMaker... nodes) {
        return PoolStatus.of(
                new PoolFacts(
                        7, paused, B.config(), machineOSConfig, build, goal,
                        Stream.of(nodes).map(NodeMaker::make).toList(), notes, before),
                NOW);
    }

    private static Condition condition(PoolStatus status, String type) {
        return status.conditions().stream().filter(c -> c.type().equals(type)).findFirst().orElseThrow();
    }

    private static String shown(PoolStatus status, String type) {
        Condition condition = condition(status, type);
        return (condition.on() ? "True " : "False ") + condition.message();
    }

    @Test
    void isUpdatedWhenEveryNodeIsThereAndServes() {
        PoolStatus status = of(node("n1").at(B), node("n2").at(B));

        assertThat(status.counts()).isEqualTo(new Counts(2, 2, 2, 0, 0));
        assertThat(status.complete()).isTrue();
        assertThat(status.observedGeneration()).isEqualTo(7);
        assertThat(shown(status, "Updated")).isEqualTo("True All nodes are updated with " + B);
        assertThat(shown(status, "Updating")).isEqualTo("False ");
        assertThat(shown(status, "Degraded")).isEqualTo("False ");
    }

    @Test
    void aPoolWithoutNodesIsUpdatedOnceItsImageIsThere() {
        assertThat(of().complete()).isTrue();
        goal = new Goal.Await("build b1 to complete");
        assertThat(of().complete()).isFalse();
    }

    @Test
    void aStagingNodeIsNotUnavailable() {
        PoolStatus status = of(node("n1").at(A).staging(B), node("n2").at(B));

        assertThat(status.counts()).isEqualTo(new Counts(2, 1, 1, 0, 0));
        assertThat(status.complete()).isFalse();
        assertThat(shown(status, "Updated")).isEqualTo("False ");
    }

    @Test
    void countsWhatIsAwayAndWhatIsDegraded() {
        PoolStatus status = of(
                node("n1").at(A).granted(B, Phase.Draining),
                node("n2").at(B).notReadySince(NOW),
                node("n3").at(B).cordoned(),
                node("n4").at(A).staging(B).degraded(B, true));

        assertThat(status.counts()).isEqualTo(new Counts(4, 2, 0, 3, 1));
    }

    @Test
    void namesDegradedNodesInTheReferencesWords() {
        PoolStatus status = of(node("n1").at(A).staging(B).degraded(B, true), node("n2").at(B));

        assertThat(condition(status, "NodeDegraded").reason())
                .isEqualTo("1 nodes are reporting degraded status on sync");
        assertThat(shown(status, "NodeDegraded")).isEqualTo("True Node n1 is reporting: \"it broke\"");
        assertThat(shown(status, "Degraded")).isEqualTo("True Node n1 is reporting: \"it broke\"");
        assertThat(condition(status, "Updating").on()).isTrue();
    }

    @Test
    void aHaltedRolloutIsNotUpdatingAndSaysWhy() {
        notes.add(new Note("NodeDegraded", true, Note.ROLLOUT_HALTED, "rollout of x is halted"));

        PoolStatus status = of(node("n1").at(A));

        assertThat(shown(status, "Updating")).isEqualTo("False Pool update paused due to degraded condition");
        assertThat(shown(status, "NodeDegraded")).isEqualTo("True rollout of x is halted");
    }

    @Test
    void namesWhatANodeReportsThatCannotBeRead() {
        PoolStatus status = of(node("n1").at(B).reporting("varve.dev/staged is \"x\": wrong"));

        assertThat(shown(status, "NodeDegraded")).isEqualTo("True Node n1: varve.dev/staged is \"x\": wrong");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "None        | True  | Pool is waiting for a new OS image build to start (mosc: layered)",
        "Initial     | True  | Pool is waiting for OS image build to start (mosb: b1)",
        "Prepared    | True  | Pool is waiting for OS image build to start (mosb: b1)",
        "Building    | True  | Pool is waiting for OS image build to complete (mosb: b1)",
        "Succeeded   | True  | Pool is waiting for nodes to apply OS image (mosb: b1)",
        "Failed      | False | Pool update stopped due to OS image build failure (mosb: b1)",
        "Interrupted | False | Pool update stopped due to OS image build being interrupted (mosb: b1)"
    })
    void saysHowFarTheImageIs(BuildState state, String on, String message) {
        build = new Build(state, "b1");

        assertThat(shown(of(node("n1").at(A)), "Updating")).isEqualTo(on.strip() + " " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "None        | True  | Pool is paused; waiting for a new OS image build to start (mosc: layered)",
        "Initial     | True  | Pool is paused; OS image build has been created but not yet started",
        "Prepared    | True  | Pool is paused; OS image build has been prepared but will not rollout (mosb: b1)",
        "Building    | True  | Pool is paused; OS image build in progress",
        "Succeeded   | False | Pool is paused; OS image build completed successfully",
        "Failed      | False | Pool is paused; OS image build failed",
        "Interrupted | False | Pool is paused; OS image build was interrupted"
    })
    void saysTheSameOfAPausedPool(BuildState state, String on, String message) {
        paused = true;
        build = new Build(state, "b1");

        assertThat(shown(of(node("n1").at(A)), "Updating")).isEqualTo(on.strip() + " " + message);
    }

    @Test
    void addsTheWaitsThatAreKnown() {
        notes.add(new Note("Updating", false, "", "waiting for worker-2: pod shop/cart-0 is held by budget shop/cart, 4m"));

        assertThat(shown(of(node("n1").at(A)), "Updating"))
                .isEqualTo("True Pool is waiting for nodes to apply OS image (mosb: b1): waiting for worker-2: pod"
                        + " shop/cart-0 is held by budget shop/cart, 4m");
    }

    @Test
    void aFailedBuildDegradesThePoolAndStopsIt() {
        notes.add(new Note("ImageBuildDegraded", true, "BuildFailed", "attempt 3 of 3: container image-build exited with 125"));

        PoolStatus status = of(node("n1").at(B));

        assertThat(status.complete()).isFalse();
        assertThat(shown(status, "ImageBuildDegraded")).isEqualTo("True attempt 3 of 3: container image-build exited with 125");
        assertThat(shown(status, "Degraded")).startsWith("True attempt 3 of 3");
        assertThat(shown(status, "Updating")).isEqualTo("False Pool update stopped due to OS image build failure (mosb: b1)");
    }

    @Test
    void aGoodFindingGivesItsReason() {
        notes.add(new Note("ImageBuildDegraded", false, "BuildSuccess", "Build completed successfully"));

        assertThat(condition(of(node("n1").at(B)), "ImageBuildDegraded").reason()).isEqualTo("BuildSuccess");
    }

    @Test
    void whatCannotBeRenderedDegradesThePool() {
        notes.add(new Note("RenderDegraded", true, "", "MachineConfig 99-x asks for a disk"));

        PoolStatus status = of(node("n1").at(A));

        assertThat(shown(status, "RenderDegraded")).isEqualTo("True MachineConfig 99-x asks for a disk");
        assertThat(shown(status, "Degraded")).isEqualTo("True MachineConfig 99-x asks for a disk");
        assertThat(shown(status, "Updating")).isEqualTo("False Pool update paused due to degraded condition");
    }

    @Test
    void theTimeOfAConditionChangesOnlyWithItsStatus() {
        before = List.of(
                new Condition("Updating", true, "", "another message", NOW.minusSeconds(60)),
                new Condition("Updated", true, "", "", NOW.minusSeconds(60)));

        PoolStatus status = of(node("n1").at(A));

        assertThat(condition(status, "Updating").since()).isEqualTo(NOW.minusSeconds(60));
        assertThat(condition(status, "Updated").since()).isEqualTo(NOW);
    }

    @Test
    void whileTheImageIsBuiltNodesAtTheirLastTargetCountAsUpdated() {
        goal = new Goal.Await("build b2 to complete");
        build = new Build(BuildState.Building, "b2");

        assertThat(of(node("n1").at(B), node("n2").at(A)).counts()).isEqualTo(new Counts(2, 1, 1, 0, 0));
    }
}
