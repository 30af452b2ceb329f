package dev.varve.controller.decide.rollout;

import static dev.varve.controller.decide.rollout.NodeMaker.A;
import static dev.varve.controller.decide.rollout.NodeMaker.B;
import static dev.varve.controller.decide.rollout.NodeMaker.C;
import static dev.varve.controller.decide.rollout.NodeMaker.NOW;
import static dev.varve.controller.decide.rollout.NodeMaker.ORIGIN;
import static dev.varve.controller.decide.rollout.NodeMaker.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.AgentPolicy;
import dev.varve.contract.DrainReport;
import dev.varve.contract.IntOrPercent;
import dev.varve.contract.Phase;
import dev.varve.contract.RolloutSpec;
import dev.varve.controller.decide.rollout.NodeChange.CleanUp;
import dev.varve.controller.decide.rollout.NodeChange.Grant;
import dev.varve.controller.decide.rollout.NodeChange.Label;
import dev.varve.controller.decide.rollout.NodeChange.MarkUpdating;
import dev.varve.controller.decide.rollout.NodeChange.Prefetch;
import dev.varve.controller.decide.rollout.NodeChange.Retarget;
import dev.varve.controller.decide.rollout.NodeChange.SetPolicy;
import dev.varve.controller.decide.rollout.NodeChange.Withdraw;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RolloutPolicyTest {
    private final RolloutPolicy policy = new RolloutPolicy();
    private IntOrPercent maxUnavailable = IntOrPercent.count(1);
    private boolean paused;
    private Goal goal = new Goal.Move(B);
    private int haltAfter = 1;
    private IntOrPercent parallel = IntOrPercent.count(10);

    private Decision decide(NodeMaker... nodes) {
        var spec = new RolloutSpec(
                parallel, haltAfter, RolloutSpec.DEFAULT.retainImages(), RolloutSpec.DEFAULT.build(), RolloutSpec.DEFAULT.agent());
        var pool = new Pool("layered", paused, maxUnavailable);
        return policy.decide(
                new Snapshot(pool, goal, spec, Stream.of(nodes).map(NodeMaker::make).toList()), NOW);
    }

    private static List<String> names(Decision decision, Class<? extends NodeChange> kind) {
        return decision.changes().stream().filter(kind::isInstance).map(NodeChange::node).toList();
    }

    private static List<String> granted(Decision decision) {
        return names(decision, Grant.class);
    }

    @Nested
    class Order {
        @Test
        void stagesBeforeItGrants() {
            Decision decision = decide(node("n1").at(A));

            assertThat(decision.changes()).contains(new Prefetch("n1", B)).noneMatch(Grant.class::isInstance);
        }

        @Test
        void grantsNoNodeThatStillStages() {
            assertThat(granted(decide(node("n1").at(A).staging(B)))).isEmpty();
        }

        @Test
        void grantsNoNodeThatHasStagedSomethingElse() {
            assertThat(granted(decide(node("n1").at(A).staged(C)))).isEmpty();
        }

        @Test
        void grantsWhatIsStaged() {
            assertThat(decide(node("n1").at(A).staged(B)).changes()).containsExactly(new Grant("n1", B));
        }

        @Test
        void asksNothingOfANodeThatIsThere() {
            assertThat(decide(node("n1").at(B)).changes()).isEmpty();
        }

        @Test
        void asksForNothingTwice() {
            assertThat(decide(node("n1").at(A).granted(B, Phase.Draining)).changes()).isEmpty();
            assertThat(decide(node("n1").at(A).staging(B)).changes()).isEmpty();
        }

        @Test
        void takesANewNodeLikeAnyOther() {
            Decision decision = decide(node("n1").unlabelled());

            assertThat(decision.changes())
                    .containsExactlyInAnyOrder(
                            new Prefetch("n1", B), new Label("n1", "layered"), new MarkUpdating("n1", true));
        }

        @Test
        void goesZoneByZoneAndTheOldestFirst() {
            maxUnavailable = IntOrPercent.count(4);

            Decision decision = decide(
                    node("no-zone").at(A).staged(B).created("2020-01-01T00:00:00Z"),
                    node("b-old").at(A).staged(B).zone("b").created("2021-01-01T00:00:00Z"),
                    node("a-young").at(A).staged(B).zone("a").created("2025-01-01T00:00:00Z"),
                    node("a-old").at(A).staged(B).zone("a").created("2024-01-01T00:00:00Z"),
                    node("b-young").at(A).staged(B).zone("b").created("2022-01-01T00:00:00Z"));

            assertThat(granted(decision)).containsExactly("a-old", "a-young", "b-old", "b-young");
        }

        @Test
        void stagesAsManyAsThePolicyAllows() {
            parallel = IntOrPercent.share(50);

            Decision decision = decide(
                    node("n1").at(A).staging(B), node("n2").at(A), node("n3").at(A), node("n4").at(A));

            assertThat(names(decision, Prefetch.class)).containsExactly("n2");
        }

        @Test
        void aNodeThatCannotStageHoldsUpNoOther() {
            parallel = IntOrPercent.count(1);
            haltAfter = 2;

            Decision decision = decide(node("n1").at(A).staging(B).degraded(B, true), node("n2").at(A));

            assertThat(names(decision, Prefetch.class)).containsExactly("n2");
        }

        @Test
        void waitsForTheAgentBeforeItAsksAnythingOfIt() {
            Decision decision = decide(node("n1").at(A).withoutAgent().unlabelled());

            assertThat(names(decision, Prefetch.class)).isEmpty();
            assertThat(names(decision, Label.class)).containsExactly("n1");
            assertThat(decision.waits()).containsExactly("no agent has been seen on n1 yet");
        }

        @Test
        void confirmsANodeThatHasTheImageUnderAnotherConfig() {
            var other = new Target("rendered-layered-other", B.image(), List.of());

            assertThat(decide(node("n1").at(other)).changes()).contains(new Grant("n1", B));
        }
    }

    @Nested
    class BudgetOfNodes {
        @ParameterizedTest
        @CsvSource({"1,1", "2,2", "9,5", "50%,2", "25%,1", "1%,1", "0,1", "100%,5"})
        void allowsSoMany(String value, int granted) {
            maxUnavailable = IntOrPercent.parse("maxUnavailable", value);

            assertThat(granted(decide(
                            node("n1").at(A).staged(B),
                            node("n2").at(A).staged(B),
                            node("n3").at(A).staged(B),
                            node("n4").at(A).staged(B),
                            node("n5").at(A).staged(B))))
                    .hasSize(granted);
        }

        @Test
        void countsANodeFromItsGrantOn() {
            assertThat(granted(decide(node("n1").at(A).granted(B, Phase.Staged), node("n2").at(A).staged(B))))
                    .isEmpty();
        }

        @Test
        void countsANodeThatIsNotReadyForWhateverReason() {
            Decision decision = decide(
                    node("n1").at(B).notReadySince(NOW.minusSeconds(120)), node("n2").at(A).staged(B));

            assertThat(granted(decision)).isEmpty();
            assertThat(decision.waits())
                    .contains(
                            "n1 is not ready, 2m and counts against maxUnavailable 1",
                            "1 of 1 nodes are away: n2 staged and next");
        }

        @Test
        void doesNotCountAPersonsCordonOnANodeThatHasNothingOpen() {
            assertThat(granted(decide(node("n1").at(B).cordoned(), node("n2").at(A).staged(B)))).containsExactly("n2");
            assertThat(granted(decide(node("n1").at(A).cordoned(), node("n2").at(A).staged(B)))).containsExactly("n2");
        }

        @Test
        void countsACordonWhileTheNodeIsOursToUpdate() {
            assertThat(granted(decide(
                            node("n1").at(A).granted(B, Phase.Waiting).cordoned(), node("n2").at(A).staged(B))))
                    .isEmpty();
        }

        @Test
        void aStagingNodeServes() {
            Decision decision = decide(node("n1").at(A).staging(B), node("n2").at(A).staged(B));

            assertThat(granted(decision)).containsExactly("n2");
            assertThat(decision.slotsUsed()).isZero();
        }

        @Test
        void aNodeThatIsDownNeedsNoStage() {
            assertThat(granted(decide(node("n1").at(A).notReadySince(NOW.minusSeconds(60)), node("n2").at(A).staged(B))))
                    .containsExactly("n1");
        }

        @Test
        void nodesThatAreDownGetNoMoreGrantsThanMayLeaveWhenAllReturn() {
            maxUnavailable = IntOrPercent.count(2);

            assertThat(granted(decide(
                            node("n1").at(A).notReadySince(NOW),
                            node("n2").at(A).notReadySince(NOW),
                            node("n3").at(A).notReadySince(NOW))))
                    .hasSize(2);
        }

        @Test
        void aSlotThatIsTakenBackIsFreeOnlyWhenTheNodeIsBack() {
            Decision decision = decide(node("n1").at(A).granted(C, Phase.Draining), node("n2").at(A).staged(B));

            assertThat(decision.changes()).contains(new Retarget("n1", B));
            assertThat(granted(decision)).isEmpty();
        }

        @Test
        void aNodeThatGaveUpAndServesHoldsNoSlot() {
            haltAfter = 3;
            NodeMaker gaveUp = node("n1").at(A).granted(B, Phase.Staged).degraded(B, true);

            assertThat(granted(decide(gaveUp, node("n2").at(A).staged(B)))).containsExactly("n2");
            assertThat(granted(decide(gaveUp.cordoned(), node("n2").at(A).staged(B)))).isEmpty();
        }
    }

    @Nested
    class Targets {
        @Test
        void waitsForTheBuild() {
            goal = new Goal.Await("build x to complete");

            Decision decision = decide(node("n1").at(A), node("n2").at(A).staged(B));

            assertThat(decision.changes()).isEmpty();
            assertThat(decision.waits()).containsExactly("waiting for build x to complete");
        }

        @Test
        void pausedBeginsNothingAndLetsTheGrantedGoOn() {
            paused = true;

            Decision decision = decide(
                    node("n1").at(A), node("n2").at(A).staged(B), node("n3").at(A).granted(B, Phase.Draining));

            assertThat(decision.changes()).isEmpty();
            assertThat(decision.waits()).contains("the pool is paused: 3 nodes still to move");
        }

        @ParameterizedTest
        @EnumSource(value = Phase.class, names = {"Staged", "Cordoning", "Draining", "Waiting"})
        void replacesASupersededGrantAtOnce(Phase phase) {
            assertThat(decide(node("n1").at(A).granted(C, phase)).changes()).contains(new Retarget("n1", B));
        }

        @Test
        void replacesWhatANodeFailedOnEvenWhereOnlyTheImageIsNew() {
            var old = new Target(B.config(), A.image(), List.of());

            assertThat(decide(node("n1").at(C).granted(old, Phase.Failed).degraded(old, true)).changes())
                    .contains(new Retarget("n1", B));
        }

        @Test
        void repairsFirst() {
            maxUnavailable = IntOrPercent.count(1);
            haltAfter = 2;

            assertThat(granted(decide(
                            node("a").at(A).staged(B).zone("a"),
                            node("z").at(A).staged(B).zone("z").degraded(C, false).phase(Phase.Staged))))
                    .containsExactly("z");
        }

        @Test
        void aNodeThatIsAlreadyThereHasOtherWishesTakenBack() {
            assertThat(decide(node("n1").at(B).staging(C)).changes()).contains(new Withdraw("n1"));
            assertThat(decide(node("n1").at(B).granted(C, Phase.Draining)).changes()).contains(new Withdraw("n1"));
        }

        @Test
        void mendsWishesThatCannotBeRead() {
            assertThat(decide(node("n1").at(B).toldNonsense("varve.dev/prefetch is \"x\": wrong")).changes())
                    .contains(new Retarget("n1", B));
            assertThat(decide(node("n1").at(B).toldNonsense("varve.dev/policy is \"x\": wrong")).changes())
                    .containsExactly(new SetPolicy("n1", AgentPolicy.DEFAULT));
        }

        @Test
        void aNodeThatIsGoingDownForSomethingElseIsToldWhenItIsBack() {
            assertThat(decide(node("n1").at(B).granted(C, Phase.Rebooting)).changes()).isEmpty();
        }
    }

    @Nested
    class Halt {
        @Test
        void stopsAfterTheFirstFailedNode() {
            Decision decision = decide(
                    node("n1").at(A).granted(B, Phase.Failed).degraded(B, true),
                    node("n2").at(A).staged(B),
                    node("n3").at(A).staging(B),
                    node("n4").at(A));

            assertThat(decision.changes())
                    .filteredOn(change -> !(change instanceof MarkUpdating))
                    .containsExactlyInAnyOrder(new Withdraw("n2"), new Withdraw("n3"));
            assertThat(decision.failures())
                    .containsExactly("rollout of os@sha256:bbbbbbbbbbbb is halted after 1 failed node: no further node gets it"
                            + " until the pool has a new target");
        }

        @Test
        void aRejectedImageCountsEvenWhenTheNodeServesAgain() {
            Decision decision = decide(node("n1").at(A).rejecting(B), node("n2").at(A).staged(B));

            assertThat(granted(decision)).isEmpty();
            assertThat(decision.failures().getFirst())
                    .isEqualTo("n1 failed on os@sha256:bbbbbbbbbbbb: it did not survive its boot there");
        }

        @Test
        void recallsANodeThatHasNotBegunToFinalize() {
            Decision decision = decide(
                    node("n1").at(A).rejecting(B),
                    node("n2").at(A).granted(B, Phase.Draining),
                    node("n3").at(A).granted(B, Phase.Rebooting));

            assertThat(names(decision, Withdraw.class)).containsExactly("n2");
        }

        @Test
        void goesOnBelowTheLimit() {
            haltAfter = 2;

            assertThat(granted(decide(node("n1").at(A).rejecting(B), node("n2").at(A).staged(B)))).containsExactly("n2");
        }

        @Test
        void aNewTargetLiftsIt() {
            goal = new Goal.Move(C);

            Decision decision = decide(
                    node("n1").at(A).granted(B, Phase.Failed).degraded(B, true).rejecting(B), node("n2").at(A));

            assertThat(decision.changes()).contains(new Retarget("n1", C), new Prefetch("n2", C));
            assertThat(decision.failures()).isEmpty();
        }

        @Test
        void whatAnAgentSaysOfAnEarlierImageDoesNotCountAgainstThisOne() {
            assertThat(granted(decide(node("n1").at(A).staging(B).degraded(C, true), node("n2").at(A).staged(B))))
                    .containsExactly("n2");
        }

        @Test
        void aNodeWhosePodsWouldNotGoSaysNothingAboutTheImage() {
            Decision decision = decide(node("n1").at(A).skipped(B), node("n2").at(A).staged(B));

            assertThat(granted(decision)).containsExactly("n2");
            assertThat(decision.halted()).isFalse();
        }

        @Test
        void aNodeThatDoesNotComeBackInTimeIsFailedAndNamed() {
            Decision decision = decide(
                    node("n1").at(A).granted(B, Phase.Rebooting).notReadySince(NOW.minus(Duration.ofMinutes(15))),
                    node("n2").at(A).staged(B));

            assertThat(decision.failures().getFirst())
                    .isEqualTo("n1 was sent to os@sha256:bbbbbbbbbbbb and has not come back for 15m: look at its console;"
                            + " a new target or its return lifts this");
            assertThat(names(decision, Withdraw.class)).containsExactly("n2");
        }

        @Test
        void looksAgainWhenTheBootTimeoutIsOver() {
            var since = NOW.minus(Duration.ofMinutes(14));

            Decision decision = decide(node("n1").at(A).granted(B, Phase.Rebooting).notReadySince(since));

            assertThat(decision.failures()).isEmpty();
            assertThat(decision.lookAgain()).contains(since.plus(Duration.ofMinutes(15)));
        }

        @Test
        void aNodeThatWasDownBeforeItsAgentBeganIsNotLate() {
            Decision decision = decide(
                    node("n1").at(A).granted(B, Phase.Idle).notReadySince(NOW.minus(Duration.ofDays(1))));

            assertThat(decision.failures()).isEmpty();
        }
    }

    @Nested
    class Leaving {
        @Test
        void goesBackToTheOriginLikeToAnyTarget() {
            var origin = new Target(A.config(), ORIGIN, List.of());

            assertThat(decide(node("n1").at(A).leaver()).changes()).containsExactly(new Prefetch("n1", origin));
            assertThat(decide(node("n1").at(A).staged(origin).leaver()).changes()).containsExactly(new Grant("n1", origin));
        }

        @Test
        void isHeldToTheBudget() {
            var origin = new Target(A.config(), ORIGIN, List.of());

            assertThat(granted(decide(
                            node("n1").at(A).staged(origin).leaver(), node("n2").at(A).staged(origin).leaver())))
                    .hasSize(1);
        }

        @Test
        void isCleanedWhenItIsBack() {
            var origin = new Target(A.config(), ORIGIN, List.of());

            assertThat(decide(node("n1").at(origin).leaver()).changes()).containsExactly(new CleanUp("n1"));
        }

        @Test
        void aNodeThatNeverMovedHasItsWishesTakenBackFirst() {
            assertThat(decide(node("n1").staging(B).leaver()).changes()).containsExactly(new Withdraw("n1"));
            assertThat(decide(node("n1").phase(Phase.Draining).leaver()).changes()).isEmpty();
            assertThat(decide(node("n1").phase(Phase.Idle).leaver()).changes()).containsExactly(new CleanUp("n1"));
        }

        @Test
        void aNodeThatMayBePastRecallIsSentBackThoughItHasCompletedNothing() {
            var origin = new Target("origin", ORIGIN, List.of());

            assertThat(decide(node("n1").granted(B, Phase.Rebooting).leaver()).changes()).containsExactly(new Retarget("n1", origin));
            assertThat(decide(node("n1").staging(origin).leaver()).changes()).isEmpty();
            assertThat(decide(node("n1").staged(origin).leaver()).changes()).containsExactly(new Grant("n1", origin));
        }

        @Test
        void isNotHaltedByABadImageOfThePool() {
            var origin = new Target(A.config(), ORIGIN, List.of());

            assertThat(granted(decide(node("n1").at(A).rejecting(B), node("n2").at(A).staged(origin).leaver())))
                    .containsExactly("n2");
        }

        @Test
        void saysWhereANodeDoesNotKnowItsOrigin() {
            Decision decision = decide(node("n1").at(A).leaver().withoutOrigin());

            assertThat(decision.changes()).isEmpty();
            assertThat(decision.waits())
                    .containsExactly("n1 has left the pool but has no record of the image it came with: it stays as it is");
        }
    }

    @Nested
    class Belonging {
        @Test
        void marksNodesThatHaveToMoveUntilTheyAreDone() {
            assertThat(names(decide(node("n1").at(A)), MarkUpdating.class)).containsExactly("n1");
            assertThat(decide(node("n1").at(B).tainted()).changes()).containsExactly(new MarkUpdating("n1", false));
        }

        @Test
        void refreshesThePolicy() {
            var other = new AgentPolicy(
                    Duration.ofMinutes(1), AgentPolicy.OnDrainTimeout.Force, AgentPolicy.UnmanagedPods.Block, java.util.Map.of(), List.of(),
                    Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1), AgentPolicy.Retry.DEFAULT);

            assertThat(decide(node("n1").at(B).policy(other)).changes())
                    .containsExactly(new SetPolicy("n1", AgentPolicy.DEFAULT));
        }
    }

    @Nested
    class Sentences {
        @Test
        void namesThePodAndTheBudgetThatHoldANodeUp() {
            var blocker = new DrainReport.Blocker(
                    "shop", "cart-0", Optional.of("cart"), "no", NOW.minus(Duration.ofMinutes(4)).minusSeconds(20));
            var drain = new DrainReport(NOW.minus(Duration.ofMinutes(5)), 12, 3, List.of(blocker));

            assertThat(decide(node("worker-2").at(A).granted(B, Phase.Draining).drain(drain)).waits())
                    .containsExactly("waiting for worker-2: pod shop/cart-0 is held by budget shop/cart, 4m");
        }

        @Test
        void saysHowFarADrainIs() {
            var drain = new DrainReport(NOW.minusSeconds(30), 12, 3, List.of());

            assertThat(decide(node("worker-2").at(A).granted(B, Phase.Draining).drain(drain)).waits())
                    .containsExactly("waiting for worker-2: draining, 3 of 12 pods left");
        }

        @Test
        void namesAFewOfManyThatStage() {
            parallel = IntOrPercent.count(5);

            assertThat(decide(
                                    node("n1").at(A).staging(B),
                                    node("n2").at(A).staging(B),
                                    node("n3").at(A).staging(B),
                                    node("n4").at(A).staging(B),
                                    node("n5").at(A).staging(B))
                            .waits())
                    .containsExactly("waiting for n1, n2, n3 and 2 more to stage the image");
        }
    }
}
