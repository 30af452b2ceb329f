package dev.varve.agent.decide;

import static dev.varve.agent.decide.Facts.A;
import static dev.varve.agent.decide.Facts.B;
import static dev.varve.agent.decide.Facts.C;
import static dev.varve.agent.decide.Facts.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.varve.contract.DrainReport;
import dev.varve.contract.Keys;
import dev.varve.contract.NodeFacts;
import dev.varve.contract.Phase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void saysWhatHappensAndWhatTheNodeCameFrom() {
        assertThat(new Facts().prefetch(B).annotate(Keys.STATE, "Working").report()).contains(
                entry(Keys.PHASE, Optional.of("Staging")),
                entry(Keys.ORIGIN_IMAGE, Optional.of(A.toString())),
                entry(Keys.PROGRESS, Optional.of("stages " + B.abbreviated() + " while the node serves")),
                entry(Keys.REASON, Optional.of("")))
                .doesNotContainKeys(Keys.STATE, Keys.STAGED, Keys.FAILURE, Keys.CURRENT_IMAGE);
    }

    @Test
    void whatStandsThereAlreadyIsNotWrittenAgain() {
        Facts facts = new Facts().prefetch(B).staged(B, true);
        Map<String, String> after = applied(facts, facts.report());
        assertThat(after).containsEntry(Keys.STAGED, B.toString()).containsEntry(Keys.PHASE, "Staged");
        after.forEach(facts::annotate);
        assertThat(facts.report()).isEmpty();
    }

    @Test
    void aStageIsNotReportedBeforeThePullHasEnded() {
        Facts facts = new Facts().prefetch(B).staged(B, true);
        var pulling = new Decision(facts.decide().attempt(), new Step.Stage(B, KernelArguments.NONE));
        assertThat(Report.of(pulling, facts.request(), facts.host(), Activity.NONE, Facts.JSON)).doesNotContainKey(Keys.STAGED);
    }

    @Test
    void doneIsOnePatchWithConfigImageAndAnEmptyReason() {
        Facts facts = new Facts().granted(B).booted(B, A).boot("boot-2")
                .annotate(Keys.STATE, "Working").annotate(Keys.REASON, "pull failed").annotate(Keys.FAILURE, "{}")
                .annotate(Keys.STAGED, B.toString()).annotate(Keys.PROGRESS, "x").annotate(Keys.DRAIN, "{}")
                .remembering(a -> a.retarget(Optional.of(B)).bootId("boot-2").confirmed(new Attempt.Confirmed("boot-2", B, List.of())));
        assertThat(facts.report()).contains(
                entry(Keys.STATE, Optional.of("Done")),
                entry(Keys.REASON, Optional.of("")),
                entry(Keys.CURRENT_IMAGE, Optional.of(B.toString())),
                entry(Keys.CURRENT_CONFIG, Optional.of("rendered-1")),
                entry(Keys.BOOT_ID, Optional.of("boot-2")),
                entry(Keys.ROLLBACK_IMAGE, Optional.of(A.toString())),
                entry(Keys.FAILURE, Optional.empty()),
                entry(Keys.STAGED, Optional.empty()),
                entry(Keys.PROGRESS, Optional.empty()),
                entry(Keys.DRAIN, Optional.empty()));
    }

    @Test
    void aNodeThatIsDoneSaysThatItHasNothingToRollBackTo() {
        assertThat(done(new Facts().booted(B)).report()).containsEntry(Keys.ROLLBACK_IMAGE, Optional.of(""));
    }

    @Test
    void whatIsStagedIsNothingToRollBackTo() {
        assertThat(done(new Facts().booted(B, A).staged(C, true)).report()).containsEntry(Keys.ROLLBACK_IMAGE, Optional.of(A.toString()));
    }

    @Test
    void whatBootsBeforeWhatRunsIsRolledBackToWhereNothingElseIsLeft() {
        assertThat(new Facts().bootedAfter(A, B).host().rollback()).contains(Facts.deployment(A, false, false, false));
        Host three = new Facts().bootedAfter(A, B).then(C).host();
        assertThat(three.rollback()).contains(Facts.deployment(C, false, false, false));
    }

    @Test
    void aRollbackImageThatWasAskedForByATagIsNamedByItsDigest() {
        var tagged = new Deployment(Optional.of(A.withTag("latest")), A.digest(), false, false, false);
        assertThat(tagged.digested()).contains(A);
        assertThat(new Deployment(Optional.empty(), A.digest(), false, false, false).digested()).isEmpty();
    }

    @Test
    void whatItCouldRollBackToIsNotSaidBeforeItIsDone() {
        assertThat(new Facts().granted(C).booted(B, A).annotate(Keys.STATE, "Working").report()).doesNotContainKey(Keys.ROLLBACK_IMAGE);
    }

    private static Facts done(Facts facts) {
        return facts.granted(B).boot("boot-2").annotate(Keys.STATE, "Working")
                .remembering(a -> a.retarget(Optional.of(B)).bootId("boot-2").confirmed(new Attempt.Confirmed("boot-2", B, List.of())));
    }

    @Test
    void theOriginIsNeverOverwritten() {
        assertThat(new Facts().prefetch(B).annotate(Keys.ORIGIN_IMAGE, B.toString()).report()).doesNotContainKey(Keys.ORIGIN_IMAGE);
    }

    @Test
    void aFailureStandsThereForPeopleAndMachines() {
        var trouble = new Trouble(Phase.Staging, FailureClass.Permanent, "cannot stage it", 1, Optional.empty(), false);
        Facts facts = new Facts().prefetch(B).remembering(a -> a.retarget(Optional.of(B)).trouble(trouble));
        Map<String, String> after = applied(facts, facts.report());
        NodeFacts read = NodeFacts.from(after, Facts.JSON);
        assertThat(read.problems()).isEmpty();
        assertThat(read.failure().orElseThrow().permanent()).isTrue();
        assertThat(read.failure().orElseThrow().image()).isEqualTo(B.toString());
        assertThat(read.state().orElseThrow().name()).isEqualTo("Degraded");
        assertThat(read.reason()).isEqualTo("cannot stage it");
        assertThat(read.phase()).contains(Phase.Failed);
    }

    @Test
    void aTransientFailureLeavesTheNodeWorking() {
        var trouble = new Trouble(Phase.Staging, FailureClass.Transient, "registry away", 1, Optional.of(NOW.plusSeconds(5)), false);
        assertThat(new Facts().prefetch(B).remembering(a -> a.retarget(Optional.of(B)).trouble(trouble)).report()).contains(
                entry(Keys.STATE, Optional.of("Working")),
                entry(Keys.REASON, Optional.of("registry away")),
                entry(Keys.PHASE, Optional.of("Waiting")));
    }

    @Test
    void aDoneNodeStaysDoneThroughAnUnplannedReboot() {
        assertThat(new Facts().granted(A).boot("boot-2").annotate(Keys.STATE, "Done").annotate(Keys.CURRENT_IMAGE, A.toString())
                        .report())
                .containsEntry(Keys.PHASE, Optional.of("Verifying"))
                .doesNotContainKey(Keys.STATE);
    }

    @Test
    void theDrainSaysWhoHoldsItUp() {
        Facts facts = new Facts().granted(B).staged(B, true).cordonedByUs().remembering(a -> a.retarget(Optional.of(B)));
        var blocker = new DrainReport.Blocker("shop", "cart-0", Optional.of("web"), "The disruption budget web needs 2", NOW);
        var activity = new Activity("1 of 3 pods left", Optional.of(new DrainReport(NOW, 3, 1, List.of(blocker))));
        Map<String, String> after = applied(facts,
                Report.of(facts.decide(), facts.request(), facts.host(), activity, Facts.JSON));
        assertThat(NodeFacts.from(after, Facts.JSON).drain().orElseThrow().blockers()).containsExactly(blocker);
        assertThat(after).containsEntry(Keys.PROGRESS, "1 of 3 pods left");
    }

    @Test
    void aHeldCordonIsShownAndOurOwnIsNot() {
        Facts held = new Facts().granted(B).staged(B, true).cordonedByAPerson();
        assertThat(held.report()).containsEntry(Keys.HELD_CORDON, Optional.of("true"));
        Facts ours = new Facts().granted(B).staged(B, true).cordonedByUs();
        assertThat(ours.report()).doesNotContainKey(Keys.HELD_CORDON);
    }

    @Test
    void rejectedDigestsAreListed() {
        Facts facts = new Facts().prefetch(B).remembering(a -> a.retarget(Optional.of(B)).reject(B.requireDigest()));
        assertThat(NodeFacts.from(applied(facts, facts.report()), Facts.JSON).rejected()).containsExactly(B.requireDigest());
    }

    @Test
    void aNodeOfWhichNothingIsWantedGetsNoWord() {
        assertThat(new Facts().report()).isEmpty();
        assertThat(new Facts().annotate(Keys.STATE, "Done").annotate(Keys.STAGED, "left over").report()).isEmpty();
    }

    @Test
    void theEndOfAWithdrawnUpdateIsReportedOnce() {
        Facts facts = new Facts().annotate(Keys.PHASE, "Staged").annotate(Keys.STATE, "Working").annotate(Keys.STAGED, B.toString());
        assertThat(facts.report()).contains(
                entry(Keys.PHASE, Optional.of("Idle")),
                entry(Keys.STATE, Optional.of("Done")),
                entry(Keys.STAGED, Optional.empty()));
        applied(facts, facts.report()).forEach(facts::annotate);
        assertThat(facts.annotate(Keys.PHASE, "Idle").report()).isEmpty();
    }

    @Test
    void wishesThatCannotBeReadMakeTheNodeDegraded() {
        Map<String, Optional<String>> report = new Facts().annotate(Keys.PREFETCH, "nonsense").report();
        assertThat(report).containsEntry(Keys.STATE, Optional.of("Degraded"));
        assertThat(report.get(Keys.REASON).orElseThrow()).contains(Keys.PREFETCH, "nonsense");
    }

    @Test
    void aReasonIsCutToItsLimit() {
        var trouble = new Trouble(Phase.Staging, FailureClass.Permanent, "x".repeat(5_000), 1, Optional.empty(), false);
        Map<String, Optional<String>> report =
                new Facts().prefetch(B).remembering(a -> a.retarget(Optional.of(B)).trouble(trouble)).report();
        assertThat(report.get(Keys.REASON).orElseThrow()).hasSize(Keys.MAX_REASON);
    }

    private static Map<String, String> applied(Facts facts, Map<String, Optional<String>> changes) {
        var after = new LinkedHashMap<>(facts.request().node().annotations());
        changes.forEach((key, value) -> value.ifPresentOrElse(v -> after.put(key, v), () -> after.remove(key)));
        return after;
    }
}
