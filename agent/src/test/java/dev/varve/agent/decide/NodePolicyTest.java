package dev.varve.agent.decide;

import static dev.varve.agent.decide.Facts.A;
import static dev.varve.agent.decide.Facts.B;
import static dev.varve.agent.decide.Facts.C;
import static dev.varve.agent.decide.Facts.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of agent.md section 2, row by row. */
class NodePolicyTest {

    private static Facts node() {
        return new Facts();
    }

    /** B is staged, granted, the node is cordoned by us and drained. */
    private static Facts aboutToFinalize() {
        return node().granted(B).staged(B, true).cordonedByUs().drained().remembering(a -> a.retarget(Optional.of(B)));
    }

    // Row 1

    @Test
    void waitsWhileAnotherTransactionRuns() {
        Step step = aboutToFinalize().transaction(false).step();
        assertThat(step).isEqualTo(new Step.FollowTransaction(new HostTransaction("rebase of something", false)));
        assertThat(step.phase()).isEqualTo(Phase.Waiting);
    }

    // Row 2

    @Test
    void followsItsOwnTransactionAfterARestart() {
        Step step = node().prefetch(B).remembering(a -> a.retarget(Optional.of(B))).transaction(true).step();
        assertThat(step).isInstanceOf(Step.FollowTransaction.class);
        assertThat(step.phase()).isEqualTo(Phase.Staging);
    }

    @Test
    void cancelsItsOwnTransactionWhoseImageIsNoLongerWanted() {
        assertThat(node().prefetch(C).remembering(a -> a.retarget(Optional.of(B))).transaction(true).step())
                .isInstanceOf(Step.CancelTransaction.class);
    }

    @Test
    void followsRatherThanCancelsWhereItsMemoryIsLost() {
        assertThat(node().prefetch(B).attempt(Attempt.NONE).transaction(true).step())
                .isInstanceOf(Step.FollowTransaction.class);
    }

    @Test
    void waitsForTheRebootThatItsOwnFinalizationIs() {
        Step step = aboutToFinalize().remembering(a -> a.finalization(Optional.of(new Finalization(B, List.of(), "boot-1", NOW, false, false))))
                .transaction(true).step();
        assertThat(step).isInstanceOf(Step.Wait.class);
        assertThat(step.phase()).isEqualTo(Phase.Rebooting);
    }

    // Row 3

    @ParameterizedTest
    @ValueSource(strings = {"boot", "ready", "stale", "arguments"})
    void verifiesABootThatIsNotYetGood(String missing) {
        Facts facts = node().granted(B).booted(B, A).boot("boot-2")
                .remembering(a -> a.retarget(Optional.of(B))
                        .finalization(Optional.of(new Finalization(B, List.of("ro"), "boot-1", NOW, true, false))));
        switch (missing) {
            case "boot" -> facts.bootComplete(false);
            case "ready" -> facts.ready(false);
            case "stale" -> facts.kubeletBoot("boot-1");
            default -> facts.commandLine("quiet");
        }
        Decision decision = facts.decide();
        assertThat(decision.step()).isInstanceOf(Step.Verify.class);
        assertThat(decision.step().until()).contains(NOW.plus(Duration.ofMinutes(10)));
        assertThat(decision.attempt().health().orElseThrow().goodSince()).isEmpty();
    }

    @Test
    void watchesAGoodBootForTheSoak() {
        Decision decision = node().granted(B).booted(B, A).boot("boot-2")
                .remembering(a -> a.retarget(Optional.of(B)).finalization(Optional.of(Facts.asked(true))))
                .decide();
        assertThat(decision.step()).isInstanceOf(Step.Verify.class);
        assertThat(decision.step().until()).contains(NOW.plus(Duration.ofSeconds(30)));
    }

    @Test
    void aBootThatTurnsBadStartsItsSoakAnew() {
        Decision decision = node().granted(B).booted(B, A).ready(false)
                .remembering(a -> a.retarget(Optional.of(B)).health(Optional.of(
                        new Attempt.Health(NOW.minusSeconds(20), Optional.of(NOW.minusSeconds(20))))))
                .decide();
        assertThat(decision.attempt().health()).contains(new Attempt.Health(NOW.minusSeconds(20), Optional.empty()));
    }

    private static Facts soaked() {
        return soaked(node().granted(B));
    }

    private static Facts soaked(Facts facts) {
        return facts.booted(B, A).boot("boot-2").remembering(a -> a.retarget(Optional.of(B))
                .bootId("boot-2")
                .finalization(Optional.of(Facts.asked(true)))
                .health(Optional.of(new Attempt.Health(NOW.minusSeconds(31), Optional.of(NOW.minusSeconds(30))))));
    }

    @Test
    void marksTheBootAsGoodBeforeItUncordons() {
        Decision decision = soaked().cordonedByUs().decide();
        assertThat(decision.step()).isEqualTo(new Step.Confirm(B, true));
        assertThat(decision.attempt().confirmed()).contains(new Attempt.Confirmed("boot-2", B, List.of()));
        assertThat(decision.attempt().finalization()).isEmpty();
    }

    @Test
    void uncordonsAsItReportsDone() {
        assertThat(soaked().cordonedByUs().step()).isEqualTo(new Step.Confirm(B, true));
        assertThat(soaked().step()).isEqualTo(new Step.Confirm(B, false));
        // Back in service, but not Done: it is not its turn any more.
        assertThat(soaked(node().prefetch(B)).cordonedByUs().step()).isInstanceOf(Step.Uncordon.class);
    }

    @Test
    void aHeldCordonStaysAndTheNodeIsDone() {
        Decision decision = soaked().cordonedByAPerson().remembering(a -> a.cordon(Cordon.Held)).decide();
        assertThat(decision.step()).isEqualTo(new Step.Confirm(B, false));
        assertThat(decision.attempt().cordon()).isEqualTo(Cordon.Held);
    }

    @Test
    void aNodeWithoutHistoryThatRunsItsImageIsConfirmedWithoutAReboot() {
        Facts facts = node().granted(A).attempt(Attempt.NONE);
        assertThat(facts.step()).isInstanceOf(Step.Verify.class);
        Attempt watched = facts.decide().attempt();
        assertThat(node().granted(A).attempt(watched).at(NOW.plusSeconds(30)).step()).isEqualTo(new Step.Confirm(A, false));
    }

    @Test
    void goesBackWhereTheBootNeverGetsGood() {
        Decision decision = node().granted(B).booted(B, A).boot("boot-2").ready(false)
                .remembering(a -> a.retarget(Optional.of(B)).bootId("boot-2")
                        .finalization(Optional.of(Facts.asked(true)))
                        .health(Optional.of(new Attempt.Health(NOW.minus(Duration.ofMinutes(10)), Optional.empty()))))
                .decide();
        assertThat(decision.step()).isInstanceOf(Step.RollBack.class);
        assertThat(decision.attempt().rejects(B)).isTrue();
        assertThat(decision.attempt().rollBack().orElseThrow().bootId()).isEqualTo("boot-2");
    }

    @Test
    void saysSoWhereThereIsNothingToGoBackTo() {
        assertThat(node().granted(B).booted(B).ready(false)
                        .remembering(a -> a.retarget(Optional.of(B))
                                .finalization(Optional.of(new Finalization(B, List.of(), "boot-0", NOW, true, false)))
                                .health(Optional.of(new Attempt.Health(NOW.minus(Duration.ofMinutes(10)), Optional.empty()))))
                        .step())
                .asInstanceOf(type(Step.Refuse.class))
                .satisfies(refuse -> assertThat(refuse.reason()).contains("this needs a person"));
    }

    @Test
    void aBootThatItDidNotBringAboutIsNotUndone() {
        assertThat(node().granted(A).ready(false)
                        .remembering(a -> a.retarget(Optional.of(A)).health(Optional.of(
                                new Attempt.Health(NOW.minus(Duration.ofHours(1)), Optional.empty()))))
                        .step())
                .isInstanceOf(Step.Refuse.class);
    }

    @Test
    void clearsAStageOutOfTheWayOfGoingBack() {
        assertThat(node().granted(B).booted(B, A).staged(C, true).ready(false)
                        .remembering(a -> a.retarget(Optional.of(B))
                                .finalization(Optional.of(new Finalization(B, List.of(), "boot-0", NOW, true, false)))
                                .health(Optional.of(new Attempt.Health(NOW.minus(Duration.ofMinutes(10)), Optional.empty()))))
                        .step())
                .isInstanceOf(Step.DropStage.class);
    }

    // Row 4

    private static Facts settled() {
        return node().granted(A)
                .annotate(Keys.STATE, "Done").annotate(Keys.CURRENT_IMAGE, A.toString())
                .annotate(Keys.CURRENT_CONFIG, "rendered-1").annotate(Keys.BOOT_ID, "boot-1")
                .remembering(a -> a.retarget(Optional.of(A)).confirmed(new Attempt.Confirmed("boot-1", A, List.of())));
    }

    @Test
    void isIdleOnceConfirmedAndReported() {
        assertThat(settled().step()).isInstanceOf(Step.Idle.class);
    }

    @Test
    void reportsDoneAgainForANewConfigOfTheSameImage() {
        assertThat(settled().annotate(Keys.DESIRED_CONFIG, "rendered-2").step()).isEqualTo(new Step.Confirm(A, false));
    }

    @Test
    void reportsDoneAgainWhereTheControllerSetItToWorking() {
        assertThat(settled().annotate(Keys.STATE, "Working").step()).isEqualTo(new Step.Confirm(A, false));
    }

    @Test
    void anotherBootOfAConfirmedImageIsCheckedAgain() {
        assertThat(settled().boot("boot-2").step()).isInstanceOf(Step.Verify.class);
    }

    @Test
    void anUngrantedImageThatRunsAlreadyWaitsForItsTurn() {
        assertThat(settled().prefetch(B).booted(B)
                        .remembering(a -> a.retarget(Optional.of(B)).confirmed(new Attempt.Confirmed("boot-1", B, List.of())))
                        .step())
                .asInstanceOf(type(Step.Wait.class))
                .satisfies(wait -> assertThat(wait.phase()).isEqualTo(Phase.Staged));
    }

    // Kernel arguments: of a boot, of a stage, and changed ones for an image that runs

    private static KernelArguments wanting(String... arguments) {
        return new KernelArguments(List.of(arguments), List.of());
    }

    @Test
    void stagesOtherKernelArgumentsOfTheImageThatRuns() {
        Facts facts = settled().prefetch(A).annotate(Keys.KERNEL_ARGUMENTS, "[\"nosmt\"]");
        assertThat(facts.step()).isEqualTo(new Step.Stage(A, wanting("nosmt")));
        assertThat(facts.staged(A, true).stageCommandLine("quiet", "nosmt").step())
                .asInstanceOf(type(Step.Wait.class))
                .satisfies(wait -> assertThat(wait.phase()).isEqualTo(Phase.Staged));
    }

    @Test
    void aGrantThatIsSpentIsNoLeaveToRebootForOtherKernelArguments() {
        Facts facts = settled().annotate(Keys.KERNEL_ARGUMENTS, "[\"nosmt\"]");
        assertThat(facts.step()).isInstanceOf(Step.Idle.class);
        assertThat(facts.boot("boot-2").step()).asInstanceOf(type(Step.Verify.class)).satisfies(
                verify -> assertThat(verify.reason()).contains("lacks the kernel arguments nosmt"));
    }

    @Test
    void anOpenGrantTakesTheNodeToOtherKernelArguments() {
        Facts facts = settled().annotate(Keys.DESIRED_CONFIG, "rendered-2").annotate(Keys.KERNEL_ARGUMENTS, "[\"nosmt\"]")
                .staged(A, true).stageCommandLine("quiet", "nosmt");
        assertThat(facts.step()).isInstanceOf(Step.SetCordon.class);
        Decision last = facts.cordonedByUs().drained().decide();
        assertThat(last.step()).isInstanceOf(Step.Finalize.class);
        assertThat(last.attempt().finalization().orElseThrow().kernelArguments()).containsExactly("nosmt");
        Facts after = settled().annotate(Keys.DESIRED_CONFIG, "rendered-2").annotate(Keys.KERNEL_ARGUMENTS, "[\"nosmt\"]")
                .booted(A, A).boot("boot-2").cordonedByUs().attempt(last.attempt());
        assertThat(after.commandLine("quiet", "nosmt").step().reason()).contains("watches the new boot");
        assertThat(after.commandLine("quiet").decide().attempt().lostStages()).isEqualTo(1);
    }

    @Test
    void whatIsNoLongerWantedOfTheCommandLineGoesWithTheNextStage() {
        Facts facts = node().prefetch(B).commandLine("quiet", "nosmt").annotate(Keys.KERNEL_ARGUMENTS, "[\"audit=0\"]")
                .remembering(a -> a.confirmed(new Attempt.Confirmed("boot-1", A, List.of("nosmt"))));
        var change = new KernelArguments(List.of("audit=0"), List.of("nosmt"));
        assertThat(facts.step()).isEqualTo(new Step.Stage(B, change));
        assertThat(change.hold(List.of("quiet", "audit=0"))).isTrue();
        assertThat(change.hold(List.of("quiet", "audit=0", "nosmt"))).isFalse();
    }

    @Test
    void aStageWithoutItsKernelArgumentsIsCompletedAndNotDropped() {
        Facts facts = node().granted(B).annotate(Keys.KERNEL_ARGUMENTS, "[\"nosmt\"]").staged(B, true);
        assertThat(facts.step()).isEqualTo(new Step.Stage(B, wanting("nosmt")));
        assertThat(facts.report()).doesNotContainKey(Keys.STAGED);
        assertThat(facts.stageCommandLine("nosmt").step()).isInstanceOf(Step.SetCordon.class);
    }

    @Test
    void aBootIsCheckedForTheArgumentsItWasAskedForWith() {
        Facts facts = node().granted(B).booted(B, A).boot("boot-2").commandLine("quiet", "nosmt")
                .annotate(Keys.KERNEL_ARGUMENTS, "[\"audit=0\"]")
                .remembering(a -> a.retarget(Optional.of(B)).finalization(
                        Optional.of(new Finalization(B, List.of("nosmt"), "boot-1", NOW, true, false))));
        assertThat(facts.step().reason()).contains("watches the new boot");
        Decision passed = facts.at(NOW.plus(Duration.ofMinutes(5)))
                .remembering(a -> a.bootId("boot-2").health(Optional.of(new Attempt.Health(NOW, Optional.of(NOW)))))
                .decide();
        assertThat(passed.attempt().confirmed().orElseThrow().kernelArguments()).containsExactly("nosmt");
    }

    // Rows 5a and 5b

    private static Facts cameBack() {
        return node().granted(B).boot("boot-2").cordonedByUs()
                .remembering(a -> a.retarget(Optional.of(B)).finalization(Optional.of(Facts.asked(true))));
    }

    @Test
    void rejectsAnImageThatDidNotSurviveItsBoot() {
        Decision decision = cameBack().bootedAfter(B, A).decide();
        assertThat(decision.attempt().rejects(B)).isTrue();
        assertThat(decision.step()).isInstanceOf(Step.Uncordon.class);
        assertThat(decision.step().reason()).contains("did not survive its boot");
    }

    @Test
    void doesNotLeaveARejectedImageAsTheNextToBoot() {
        Attempt rejected = cameBack().bootedAfter(B, A).decide().attempt();
        assertThat(node().granted(B).boot("boot-2").attempt(rejected).bootedAfter(B, A).step()).isInstanceOf(Step.DropStage.class);
        assertThat(node().granted(B).boot("boot-2").attempt(rejected).booted(A, B).step()).isInstanceOf(Step.Refuse.class);
        assertThat(node().granted(B).boot("boot-2").attempt(rejected).bootedAfter(C, A).step()).isInstanceOf(Step.Refuse.class);
    }

    @Test
    void stagesAgainAfterAPowerCut() {
        Decision decision = cameBack().decide();
        assertThat(decision.attempt().rejected()).isEmpty();
        assertThat(decision.attempt().lostStages()).isEqualTo(1);
        assertThat(decision.step()).isInstanceOf(Step.Uncordon.class);
        assertThat(node().granted(B).boot("boot-2").attempt(decision.attempt()).step())
                .isEqualTo(new Step.Stage(B, KernelArguments.NONE));
    }

    @Test
    void givesUpAfterThreeLostStages() {
        Decision decision = cameBack().remembering(a -> a.lostStages(2)).decide();
        assertThat(decision.attempt().trouble().orElseThrow().permanent()).isTrue();
        assertThat(node().granted(B).boot("boot-2").attempt(decision.attempt()).step()).isInstanceOf(Step.Refuse.class);
    }

    @Test
    void anOldDeploymentOfTheSameImageProvesNothing() {
        Decision decision = cameBack().booted(A, B)
                .remembering(a -> a.finalization(Optional.of(new Finalization(B, List.of(), "boot-1", NOW, true, true))))
                .decide();
        assertThat(decision.attempt().rejected()).isEmpty();
        assertThat(decision.attempt().lostStages()).isEqualTo(1);
    }

    @Test
    void namesTheCauseAfterItWentBackByItself() {
        Decision decision = cameBack().booted(A, B)
                .remembering(a -> a.reject(B.requireDigest()).rollBack(Optional.of(
                        new Attempt.RollBackIntent("boot-1", NOW, "the node is not Ready in this boot"))))
                .decide();
        assertThat(decision.attempt().rollBack()).isEmpty();
        assertThat(decision.attempt().trouble().orElseThrow().sentence()).contains("not Ready");
    }

    // Row 6

    @Test
    void waitsForTheShutdownOnceTheHostHasAccepted() {
        Step step = node().granted(B).staged(B, false).cordonedByUs().drained()
                .remembering(a -> a.retarget(Optional.of(B)).finalization(Optional.of(Facts.asked(false))))
                .step();
        assertThat(step).isEqualTo(new Step.Wait(
                Phase.Rebooting, "waits for the host to reboot", Optional.of(NOW.plus(Duration.ofMinutes(15)))));
    }

    @Test
    void aShutdownOnItsWayIsNotCalledBackByANewTarget() {
        assertThat(node().granted(C).staged(B, false).cordonedByUs()
                        .remembering(a -> a.retarget(Optional.of(B)).finalization(Optional.of(Facts.asked(true))))
                        .step().phase())
                .isEqualTo(Phase.Rebooting);
    }

    @Test
    void asksAgainAfterAStuckShutdownAndNamesWhoHoldsIt() {
        Decision decision = node().granted(B).staged(B, false).cordonedByUs().inhibitedBy("etcd (defragmenting)")
                .remembering(a -> a.retarget(Optional.of(B)).finalization(Optional.of(Facts.asked(true))))
                .at(NOW.plus(Duration.ofMinutes(15)))
                .decide();
        assertThat(decision.step()).isEqualTo(new Step.Finalize(B.requireDigest()));
        assertThat(decision.attempt().trouble().orElseThrow().sentence()).contains("etcd (defragmenting)", "15m");
    }

    @Test
    void anAcceptedRebootWhoseStageIsGoneIsWaitedForAndThenBegunAnew() {
        Facts facts = node().granted(B).cordonedByUs()
                .remembering(a -> a.retarget(Optional.of(B)).finalization(Optional.of(Facts.asked(true))));
        assertThat(facts.step().phase()).isEqualTo(Phase.Rebooting);
        assertThat(facts.at(NOW.plus(Duration.ofMinutes(15))).step()).isInstanceOf(Step.Uncordon.class);
    }

    @Test
    void asksTheHostAgainAfterACrashBetweenIntentAndCall() {
        assertThat(aboutToFinalize().remembering(a -> a.finalization(Optional.of(Facts.asked(false)))).step())
                .isEqualTo(new Step.Finalize(B.requireDigest()));
    }

    @Test
    void anIntentThatWasNeverAcceptedDoesNotHoldTheNode() {
        assertThat(node().granted(A).staged(B, true).cordonedByUs()
                        .remembering(a -> a.retarget(Optional.of(B)).finalization(Optional.of(Facts.asked(false)))
                                .confirmed(new Attempt.Confirmed("boot-1", A, List.of())))
                        .step())
                .isEqualTo(new Step.Confirm(A, true));
    }

    // Row 7

    @Test
    void neverStagesARejectedImageAgain() {
        Facts facts = node().granted(B).remembering(a -> a.retarget(Optional.of(B)).reject(B.requireDigest()));
        assertThat(facts.step()).isInstanceOf(Step.Refuse.class);
        assertThat(facts.staged(B, true).step()).isInstanceOf(Step.DropStage.class);
    }

    // Row 8

    @Test
    void stagesWhatIsWanted() {
        Decision decision = node().prefetch(B).annotate(Keys.KERNEL_ARGUMENTS, "[\"nosmt\"]").decide();
        assertThat(decision.step()).isEqualTo(new Step.Stage(B, new KernelArguments(List.of("nosmt"), List.of())));
        assertThat(decision.attempt().target()).contains(B);
        assertThat(decision.attempt().ownStage()).isEqualTo(B.digest());
    }

    @Test
    void nothingIsPulledWhileTheNodeIsOutOfService() {
        assertThat(node().granted(B).cordonedByUs().step()).isInstanceOf(Step.Uncordon.class);
        assertThat(node().granted(B).cordonedByAPerson().step()).isInstanceOf(Step.Stage.class);
    }

    @Test
    void cleansAnotherStageFirst() {
        assertThat(node().prefetch(B).staged(C, true).step()).isInstanceOf(Step.DropStage.class);
        assertThat(node().prefetch(B).staged(B, false).step()).isInstanceOf(Step.DropStage.class);
    }

    @Test
    void aStageThatAFailedPullLeftBehindIsNotUsed() {
        Facts facts = node().granted(B).staged(B, true).remembering(a -> a.retarget(Optional.of(B)).trouble(
                new Trouble(Phase.Staging, FailureClass.Transient, "no", 1, Optional.of(NOW), true)));
        assertThat(facts.step()).isInstanceOf(Step.DropStage.class);
        assertThat(node().granted(B).attempt(facts.decide().attempt().dropped()).step()).isInstanceOf(Step.Stage.class);
    }

    @Test
    void waitsOutATransientFailureAndThenTriesAgain() {
        Facts facts = node().prefetch(B).remembering(a -> a.retarget(Optional.of(B)).trouble(
                new Trouble(Phase.Staging, FailureClass.Transient, "connection refused", 2, Optional.of(NOW.plusSeconds(9)), false)));
        assertThat(facts.step()).isEqualTo(new Step.Wait(Phase.Waiting, "connection refused", Optional.of(NOW.plusSeconds(9))));
        assertThat(facts.at(NOW.plusSeconds(9)).step()).isInstanceOf(Step.Stage.class);
    }

    @Test
    void aPermanentFailureIsNotTriedAgainUntilTheTargetChanges() {
        Facts facts = node().prefetch(B).remembering(a -> a.retarget(Optional.of(B)).trouble(
                new Trouble(Phase.Staging, FailureClass.Permanent, "manifest unknown", 1, Optional.empty(), false)));
        assertThat(facts.at(NOW.plus(Duration.ofDays(3))).step()).isEqualTo(new Step.Refuse("manifest unknown"));
        assertThat(facts.prefetch(C).step()).isEqualTo(new Step.Stage(C, KernelArguments.NONE));
    }

    @Test
    void isDegradedAfterTheLastOfItsQuickTries() {
        assertThat(node().prefetch(B).remembering(a -> a.retarget(Optional.of(B)).trouble(
                        new Trouble(Phase.Staging, FailureClass.Transient, "no", 12, Optional.of(NOW.plusSeconds(9)), false))).step())
                .isEqualTo(new Step.Refuse("no", Optional.of(NOW.plusSeconds(9))));
    }

    @Test
    void finalizesAnIndexByTheDigestOfWhatItLedTo() {
        Facts facts = node().granted(B).cordonedByUs().drained().remembering(a -> a.retarget(Optional.of(B)));
        facts.stage(new Deployment(Optional.of(B), C.digest(), false, true, true));
        assertThat(facts.step()).isEqualTo(new Step.Finalize(C.requireDigest()));
    }

    // Row 9

    @Test
    void waitsStagedForTheGrant() {
        assertThat(node().prefetch(B).staged(B, true).step())
                .asInstanceOf(type(Step.Wait.class))
                .satisfies(wait -> assertThat(wait.phase()).isEqualTo(Phase.Staged));
    }

    @Test
    void aWithdrawnGrantBringsTheNodeBack() {
        assertThat(node().prefetch(B).staged(B, true).cordonedByUs().drained().step()).isInstanceOf(Step.Uncordon.class);
    }

    @Test
    void doesNotLeaveServiceWhereTheStageWouldBeLost() {
        assertThat(node().granted(B).staged(B, true).finalizer(false).step().reason()).contains("ostree-finalize-staged");
        assertThat(aboutToFinalize().finalizer(false).step()).isInstanceOf(Step.Uncordon.class);
    }

    // Row 10

    @Test
    void cordonsWithTheGrantAndHasItOnDiskFirst() {
        Decision decision = node().granted(B).staged(B, true).decide();
        assertThat(decision.step()).isInstanceOf(Step.SetCordon.class);
        assertThat(decision.attempt().cordon()).isEqualTo(Cordon.Ours);
    }

    @Test
    void answersAnExternalUncordon() {
        assertThat(node().granted(B).staged(B, true).drained()
                        .remembering(a -> a.retarget(Optional.of(B)).cordon(Cordon.Ours).drainSince(Optional.of(NOW)))
                        .step().reason())
                .contains("somebody made it schedulable");
    }

    @Test
    void aCordonThatItFindsIsHeld() {
        Decision decision = node().granted(B).staged(B, true).cordonedByAPerson().decide();
        assertThat(decision.step()).isInstanceOf(Step.Drain.class);
        assertThat(decision.attempt().cordon()).isEqualTo(Cordon.Held);
    }

    @Test
    void aCordonThatCameBetweenRecordAndPatchIsAPersons() {
        Decision decision = node().granted(B).staged(B, true).cordonedByAPerson()
                .remembering(a -> a.retarget(Optional.of(B)).cordon(Cordon.Ours))
                .decide();
        assertThat(decision.attempt().cordon()).isEqualTo(Cordon.Held);
    }

    @Test
    void itsOwnCordonIsKnownEvenWhereItsMemoryIsLost() {
        assertThat(node().prefetch(B).cordonedByUs().attempt(Attempt.NONE).step()).isInstanceOf(Step.Uncordon.class);
        assertThat(node().prefetch(B).cordonedByAPerson().annotate(Keys.HELD_CORDON, "true").attempt(Attempt.NONE)
                        .decide().attempt().cordon())
                .isEqualTo(Cordon.Held);
    }

    // Row 11

    @Test
    void drainsUntilTheDeadlineAndThenWhatThePolicySays() {
        Facts facts = node().granted(B).staged(B, true).cordonedByUs()
                .remembering(a -> a.retarget(Optional.of(B)).drainSince(Optional.of(NOW)));
        assertThat(facts.step()).isEqualTo(new Step.Drain(NOW, false, Optional.of(NOW.plus(Duration.ofHours(1)))));

        facts.at(NOW.plus(Duration.ofHours(1)));
        assertThat(facts.step()).isEqualTo(new Step.Drain(NOW, false, Optional.empty()));
        assertThat(facts.annotate(Keys.POLICY, "{\"drain\":{\"onTimeout\":\"Force\"}}").step())
                .isEqualTo(new Step.Drain(NOW, true, Optional.empty()));

        Decision skip = facts.annotate(Keys.POLICY, "{\"drain\":{\"onTimeout\":\"Skip\"}}").decide();
        assertThat(skip.step()).isInstanceOf(Step.Uncordon.class);
        assertThat(node().granted(B).staged(B, true).attempt(skip.attempt()).step()).isInstanceOf(Step.Refuse.class);
    }

    // Row 12

    @Test
    void hasTheIntentOnDiskBeforeItAsksTheHost() {
        Decision decision = aboutToFinalize().decide();
        assertThat(decision.step()).isEqualTo(new Step.Finalize(B.requireDigest()));
        assertThat(decision.attempt().finalization()).contains(Facts.asked(false));
    }

    @Test
    void remembersThatTheImageWasThereBefore() {
        Decision decision = aboutToFinalize().booted(A, B).staged(B, true).decide();
        assertThat(decision.attempt().finalization().orElseThrow().presentBefore()).isTrue();
    }

    @Test
    void aRefusedFinalizationWaitsForItsNextTry() {
        Facts facts = aboutToFinalize().remembering(a -> a.trouble(new Trouble(
                Phase.Finalizing, FailureClass.Transient, "Reboot blocked", 1, Optional.of(NOW.plusSeconds(10)), false)));
        assertThat(facts.step()).isInstanceOf(Step.Wait.class);
        assertThat(facts.at(NOW.plusSeconds(10)).step()).isInstanceOf(Step.Finalize.class);
    }

    // Row 13

    @Test
    void aNewTargetBringsTheNodeBackBeforeAnythingElse() {
        Decision decision = aboutToFinalize().granted(C).decide();
        assertThat(decision.step()).isInstanceOf(Step.Uncordon.class);
        assertThat(decision.attempt().target()).contains(C);
        assertThat(node().granted(C).staged(B, true).attempt(decision.attempt()).step()).isInstanceOf(Step.DropStage.class);
    }

    @Test
    void retargetedToWhatItRunsItDropsItsStage() {
        Facts facts = settled().staged(B, true).remembering(a -> a.retarget(Optional.of(B)).ownStage(B.digest()));
        assertThat(facts.step()).isInstanceOf(Step.DropStage.class);
    }

    @Test
    void withdrawalBacksOut() {
        Facts facts = node().staged(B, true).cordonedByUs().drained()
                .remembering(a -> a.retarget(Optional.of(B)).ownStage(B.digest()));
        assertThat(facts.step()).isInstanceOf(Step.Uncordon.class);
        assertThat(node().staged(B, true).remembering(a -> a.retarget(Optional.of(B)).ownStage(B.digest())).step())
                .isInstanceOf(Step.DropStage.class);
    }

    @Test
    void aNodeOfWhichNothingIsWantedIsLeftAlone() {
        assertThat(node().step()).isInstanceOf(Step.Idle.class);
        assertThat(node().staged(C, false).cordonedByAPerson().step()).isInstanceOf(Step.Idle.class);
    }

    @Test
    void wishesThatCannotBeReadAreNamedAndNotActedOn() {
        Facts facts = node().annotate(Keys.DESIRED_IMAGE, "registry.example/os:latest");
        assertThat(facts.step()).asInstanceOf(type(Step.Refuse.class))
                .satisfies(refuse -> assertThat(refuse.reason()).contains(Keys.DESIRED_IMAGE, "registry.example/os:latest"));
        assertThat(aboutToFinalize().annotate(Keys.POLICY, "{").step()).isInstanceOf(Step.Uncordon.class);
    }

    @Test
    void theOriginIsTheFirstImageEverBooted() {
        assertThat(node().prefetch(B).attempt(Attempt.NONE).decide().attempt().origin()).contains(A);
        assertThat(node().prefetch(B).attempt(Attempt.NONE).annotate(Keys.ORIGIN_IMAGE, C.toString()).decide().attempt().origin())
                .contains(C);
        assertThat(node().attempt(Attempt.NONE).decide().attempt().origin()).isEmpty();
    }

    @Test
    void aLostMemoryTakesTheRejectedImagesFromTheNode() {
        assertThat(node().prefetch(B).attempt(Attempt.NONE)
                        .annotate(Keys.REJECTED, "[\"" + B.requireDigest() + "\"]").step())
                .isInstanceOf(Step.Refuse.class);
    }

    @Test
    void sameFactsSameStep() {
        Facts facts = aboutToFinalize();
        assertThat(facts.decide()).isEqualTo(facts.decide());
        assertThat(facts.attempt(facts.decide().attempt()).decide()).isEqualTo(facts.decide());
    }
}
