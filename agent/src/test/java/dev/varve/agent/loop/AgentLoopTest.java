package dev.varve.agent.loop;

import static dev.varve.agent.Images.A;
import static dev.varve.agent.Images.B;
import static dev.varve.agent.Images.C;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.FakeHostOs;
import dev.varve.agent.FakeNodeApi;
import dev.varve.agent.credentials.MountedCredentials;
import dev.varve.agent.decide.HostTransaction;
import dev.varve.agent.host.HostException;
import dev.varve.agent.host.HostOs;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.DrainReport;
import dev.varve.contract.Failure;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentLoopTest {
    private static final String QUICK =
            "{\"health\":{\"soak\":\"0s\"},\"failure\":{\"retry\":{\"initial\":\"20ms\",\"cap\":\"100ms\"}}}";
    private static final JacksonJson JSON = new JacksonJson();

    @TempDir
    Path directory;

    private final FakeHostOs host = new FakeHostOs(A);
    private final FakeNodeApi api = new FakeNodeApi();
    private AgentLoop loop;
    private HostOs door;

    @BeforeEach
    void begin() {
        api.annotate(Keys.POLICY, QUICK);
        startAgent();
    }

    @AfterEach
    void stopAgent() {
        loop.close();
        door.close();
    }

    @Test
    void carriesANodeToItsImageAndReportsDone() {
        api.add(FakeNodeApi.pod("cart"));
        api.annotate(Keys.PREFETCH, B.toString(), Keys.STATE, "Working");
        awaitAnnotation(Keys.STAGED, B.toString());
        assertThat(api.unschedulable()).isFalse();
        assertThat(api.annotation(Keys.ORIGIN_IMAGE)).contains(A.toString());

        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Rebooting"));
        assertThat(api.unschedulable()).isTrue();
        assertThat(api.podsLeft()).isZero();

        reboot();
        awaitDone(B);
        assertThat(api.unschedulable()).isFalse();
        assertThat(api.annotation(Keys.CURRENT_CONFIG)).contains("rendered-b");
        assertThat(api.annotation(Keys.BOOT_ID)).contains("boot-2");
        assertThat(api.annotation(Keys.STAGED)).isEmpty();
        await().until(() -> api.events.contains("NodeDone"));
        assertThat(api.events).containsExactly("OSUpdateStaged", "Cordon", "Drain", "Reboot", "Uncordon", "NodeDone");
        assertThat(host.calls).containsExactly("stage " + B.abbreviated(), "finalize " + B.requireDigest().abbreviated());
    }

    @Test
    void whatIsNoNewsIsNotWritten() {
        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Rebooting"));
        assertThat(api.patches).as("nothing is drained").noneMatch(patch ->
                patch.annotations().getOrDefault(Keys.PHASE, Optional.empty()).equals(Optional.of("Draining")));

        reboot();
        awaitDone(B);
        assertThat(api.patches).filteredOn(patch -> patch.unschedulable().equals(Optional.of(false)))
                .singleElement().satisfies(patch -> assertThat(patch.annotations()).containsEntry(Keys.STATE, Optional.of("Done")));
    }

    @Test
    void confirmsANodeThatRunsItsImageWithoutAReboot() {
        grant(A, "rendered-a");
        awaitDone(A);
        assertThat(host.calls).isEmpty();
        assertThat(api.patches).noneMatch(patch -> patch.unschedulable().isPresent());
    }

    @Test
    void namesAnotherUpdaterOnceHoweverOftenItStages() {
        host.foreignUpdater("zincati.service is active");
        api.annotate(Keys.PREFETCH, B.toString());
        awaitAnnotation(Keys.STAGED, B.toString());
        api.annotate(Keys.PREFETCH, C.toString());
        awaitAnnotation(Keys.STAGED, C.toString());
        await().untilAsserted(() -> assertThat(api.events).containsExactly("ForeignUpdater", "OSUpdateStaged", "OSUpdateStaged"));
    }

    @Test
    void leavesANodeAloneOfWhichNothingIsWanted() {
        api.annotate("example.com/other", "x");
        restartAgent();
        await().during(Duration.ofMillis(200)).until(() -> api.patches.isEmpty());
        assertThat(api.annotation(Keys.ORIGIN_IMAGE)).isEmpty();
    }

    // The crash table: kill there, start again, same end.

    @Test
    void killedDuringThePullItFollowsTheTransactionThatWentOn() {
        host.holdPulls();
        grant(B, "rendered-b");
        await().until(() -> host.calls.contains("stage " + B.abbreviated()));
        restartAgent();
        await().until(() -> host.calls.contains("follow"));
        host.finishPull(B);
        await().until(() -> api.phase().equals("Rebooting"));
        assertThat(host.calls).filteredOn(call -> call.startsWith("stage")).hasSize(1);
        assertThat(api.events).startsWith("OSUpdateStaged", "Cordon");
        reboot();
        awaitDone(B);
    }

    @Test
    void retargetedWhileItWasDeadItCancelsWhatItHadBegun() {
        host.holdPulls();
        api.annotate(Keys.PREFETCH, B.toString());
        await().until(() -> host.calls.contains("stage " + B.abbreviated()));
        stopAgent();
        api.annotate(Keys.PREFETCH, C.toString());
        host.holdPulls().countDown();
        startAgent();
        awaitAnnotation(Keys.STAGED, C.toString());
        assertThat(host.calls).containsExactly(
                "stage " + B.abbreviated(), "follow", "cancelled", "stage " + C.abbreviated());
    }

    @Test
    void killedInEachPhaseItComesToTheSameEnd() {
        api.add(FakeNodeApi.pod("cart"));
        api.guard("cart", true);
        api.annotate(Keys.PREFETCH, B.toString());
        awaitAnnotation(Keys.STAGED, B.toString());
        restartAgent();
        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Draining"));
        restartAgent();
        api.guard("cart", false);
        await().until(() -> api.phase().equals("Rebooting"));
        restartAgent();
        await().during(Duration.ofMillis(200)).until(() -> api.phase().equals("Rebooting"));
        reboot();
        restartAgent();
        awaitDone(B);
        restartAgent();
        await().until(() -> api.phase().equals("Idle"));
        assertThat(api.unschedulable()).isFalse();
        assertThat(host.calls).filteredOn(call -> call.startsWith("stage")).hasSize(1);
        assertThat(host.calls).filteredOn(call -> call.startsWith("finalize")).hasSize(1);
        assertThat(api.patches).filteredOn(patch -> patch.unschedulable().isPresent()).hasSize(2);
    }

    @Test
    void aPowerCutBringsTheNodeBackAndStagesAgain() {
        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Rebooting"));
        stopAgent();
        host.reboot(false);
        api.ready(true, host.bootId());
        CountDownLatch pulls = host.holdPulls();
        startAgent();
        await().until(() -> api.phase().equals("Staging"));
        assertThat(api.unschedulable()).isFalse();
        pulls.countDown();
        await().until(() -> api.phase().equals("Rebooting"));
        reboot();
        awaitDone(B);
    }

    @Test
    void anImageThatTheBootGuardTookBackIsRejectedAndTheNodeServes() {
        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Rebooting"));
        stopAgent();
        host.reboot(true);
        host.bootOther();
        api.ready(true, host.bootId());
        startAgent();
        awaitAnnotation(Keys.STATE, "Degraded");
        await().until(() -> !api.unschedulable());
        assertThat(api.annotation(Keys.REJECTED).orElseThrow()).contains(B.requireDigest().value());
        assertThat(host.calls).filteredOn(call -> call.startsWith("stage")).hasSize(1);
    }

    @Test
    void afterItsEndItWritesNothing() throws Exception {
        host.holdPulls();
        grant(B, "rendered-b");
        await().until(() -> host.calls.contains("stage " + B.abbreviated()));
        stopAgent();
        int written = api.patches.size();
        String remembered = Files.readString(directory.resolve("attempt.json"));
        api.annotate(Keys.DESIRED_IMAGE, C.toString());
        await().during(Duration.ofMillis(200)).until(() -> api.patches.size() == written);
        assertThat(Files.readString(directory.resolve("attempt.json"))).isEqualTo(remembered);
        assertThat(host.calls).as("the pull was not cancelled").containsExactly("stage " + B.abbreviated());
        startAgent();
    }

    @Test
    void itsEndInTheMiddleOfALookAtTheHostIsNoTroubleOfTheHost() throws Exception {
        api.annotate(Keys.PREFETCH, B.toString());
        awaitAnnotation(Keys.STAGED, B.toString());
        CountDownLatch looks = host.holdNextLook();
        api.annotate("example.com/note", "wakes the agent");
        looks.await();
        int written = api.patches.size();
        stopAgent();
        assertThat(api.patches).hasSize(written);
        startAgent();
    }

    @Test
    void aLostAttemptFileIsReportedAndTheFactsDecide() throws Exception {
        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Rebooting"));
        stopAgent();
        Files.writeString(directory.resolve("attempt.json"), "{");
        host.reboot(true);
        api.ready(true, host.bootId());
        startAgent();
        awaitDone(B);
        assertThat(api.unschedulable()).isFalse();
        assertThat(directory.resolve("attempt.json.unreadable")).hasContent("{");
    }

    // Changes of mind, and other people.

    @Test
    void aNewTargetInterruptsThePullOfTheOldOne() {
        CountDownLatch pulls = host.holdPulls();
        api.annotate(Keys.PREFETCH, B.toString());
        await().until(() -> api.phase().equals("Staging"));
        api.annotate(Keys.PREFETCH, C.toString());
        await().until(() -> host.calls.contains("stage " + C.abbreviated()));
        assertThat(host.calls).containsSubsequence("stage " + B.abbreviated(), "cancelled " + B.abbreviated());
        pulls.countDown();
        awaitAnnotation(Keys.STAGED, C.toString());
        assertThat(api.annotation(Keys.FAILURE)).isEmpty();
    }

    @Test
    void aWithdrawnTargetBringsADrainingNodeBack() {
        api.add(FakeNodeApi.pod("cart"));
        api.guard("cart", true);
        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Draining"));
        api.annotate(Keys.DESIRED_IMAGE, null);
        await().until(() -> !api.unschedulable() && host.staged().isEmpty());
        awaitAnnotation(Keys.STATE, "Done");
        assertThat(api.podsLeft()).isEqualTo(1);
    }

    @Test
    void anExternalUncordonIsAnsweredAndWhatCameIsDrained() {
        api.add(FakeNodeApi.pod("cart"));
        api.guard("cart", true);
        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Draining"));
        api.add(FakeNodeApi.pod("new"));
        api.unschedulable(false);
        await().until(() -> api.unschedulable() && api.evicted.contains("new"));
        api.guard("cart", false);
        await().until(() -> api.phase().equals("Rebooting"));
        assertThat(api.podsLeft()).isZero();
        assertThat(api.events).filteredOn("Cordon"::equals).hasSize(2);
    }

    @Test
    void anUncordonBetweenDrainAndRebootIsAnsweredToo() {
        api.refuse(patch -> patch.annotations().getOrDefault(Keys.PHASE, Optional.empty()).equals(Optional.of("Finalizing")));
        grant(B, "rendered-b");
        await().until(() -> api.refusals.get() > 0);
        api.add(FakeNodeApi.pod("new"));
        api.unschedulable(false);
        await().until(api::unschedulable);
        api.refuse(_ -> false);
        await().until(() -> api.phase().equals("Rebooting"));
        assertThat(api.evicted).containsExactly("new");
    }

    @Test
    void aGrantThatIsWithdrawnAtTheLastMomentIsSeen() {
        api.refuse(patch -> patch.annotations().getOrDefault(Keys.PHASE, Optional.empty()).equals(Optional.of("Finalizing")));
        grant(B, "rendered-b");
        await().until(() -> api.refusals.get() > 0);
        api.annotateUnheard(Keys.DESIRED_IMAGE, A.toString());
        api.refuse(_ -> false);
        await().until(() -> !api.unschedulable());
        awaitDone(A);
        assertThat(host.calls).noneMatch(call -> call.startsWith("finalize"));
    }

    @Test
    void aPersonsCordonStaysOn() {
        api.unschedulable(true);
        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Rebooting"));
        awaitAnnotation(Keys.HELD_CORDON, "true");
        reboot();
        awaitDone(B);
        assertThat(api.unschedulable()).isTrue();
        assertThat(api.patches).noneMatch(patch -> patch.unschedulable().isPresent());
    }

    @Test
    void theBudgetThatHoldsAPodIsNamedWithinASecond() {
        api.add(FakeNodeApi.pod("cart"));
        api.guard("cart", true);
        grant(B, "rendered-b");
        await().until(() -> api.unschedulable());
        await().atMost(Duration.ofSeconds(1)).until(() -> api.annotation(Keys.DRAIN)
                .map(text -> DrainReport.from(Tree.root(JSON.read(text))))
                .filter(report -> !report.blockers().isEmpty())
                .flatMap(report -> report.blockers().getFirst().budget())
                .equals(Optional.of("web")));
        api.guard("cart", false);
        await().until(() -> api.phase().equals("Rebooting"));
        assertThat(api.annotation(Keys.DRAIN)).isEmpty();
    }

    @Test
    void waitsForSomebodyElsesTransaction() {
        host.transaction(Optional.of(new HostTransaction("upgrade", false)));
        api.annotate(Keys.PREFETCH, B.toString());
        await().until(() -> api.phase().equals("Waiting"));
        assertThat(api.annotation(Keys.PROGRESS).orElseThrow()).contains("upgrade");
        host.transaction(Optional.empty());
        awaitAnnotation(Keys.STAGED, B.toString());
    }

    // Failures.

    @Test
    void aTransientFailureIsTriedAgainAndShown() {
        host.failStages(new HostException("Rebase", "", "dial tcp: connect: connection refused"));
        api.annotate(Keys.PREFETCH, B.toString());
        await().until(() -> failure().filter(f -> f.attempts() >= 3 && f.retryAt().isPresent()).isPresent());
        assertThat(api.annotation(Keys.STATE)).contains("Working");
        host.letStagesSucceed();
        awaitAnnotation(Keys.STAGED, B.toString());
        await().until(() -> api.annotation(Keys.FAILURE).isEmpty());
    }

    @Test
    void aPermanentFailureIsTriedOnceAndNeverCostsTheNode() {
        host.failStages(new HostException("Rebase", "", "reading manifest X in Y: manifest unknown"));
        grant(B, "rendered-b");
        awaitAnnotation(Keys.STATE, "Degraded");
        await().during(Duration.ofMillis(300)).until(() -> host.calls.size() == 1);
        assertThat(failure().orElseThrow().permanent()).isTrue();
        assertThat(api.unschedulable()).isFalse();
        host.letStagesSucceed();
        grant(C, "rendered-c");
        await().until(() -> api.phase().equals("Rebooting"));
    }

    @Test
    void refusedCredentialsAreTriedAgainAsSoonAsTheSecretIsAnotherOne() throws Exception {
        api.annotate(Keys.POLICY, "{\"failure\":{\"retry\":{\"initial\":\"1h\",\"cap\":\"1h\"}}}");
        secret("{\"auths\":{\"reg\":{\"auth\":\"b2xk\"}}}");
        restartAgent();
        host.failStages(new HostException("Rebase", "", "reading manifest in reg/os: authentication required"));
        api.annotate(Keys.PREFETCH, B.toString());
        awaitAnnotation(Keys.STATE, "Degraded");
        await().during(Duration.ofMillis(200)).until(() -> host.calls.size() == 1);
        host.letStagesSucceed();
        secret("{\"auths\":{\"reg\":{\"auth\":\"bmV3\"}}}");
        awaitAnnotation(Keys.STAGED, B.toString());
        assertThat(directory.resolve("run/ostree/auth.json")).content().contains("bmV3").doesNotContain("b2xk");
    }

    @Test
    void aSecretThatChangesDuringThePullIsNotMissed() throws Exception {
        api.annotate(Keys.POLICY, "{\"failure\":{\"retry\":{\"initial\":\"1h\",\"cap\":\"1h\"}}}");
        secret("{\"auths\":{\"reg\":{\"auth\":\"b2xk\"}}}");
        restartAgent();
        CountDownLatch pulls = host.holdPulls();
        host.failStages(new HostException("Rebase", "", "reading manifest in reg/os: authentication required"));
        api.annotate(Keys.PREFETCH, B.toString());
        await().until(() -> api.phase().equals("Staging"));
        secret("{\"auths\":{\"reg\":{\"auth\":\"bmV3\"}}}");
        await().until(() -> Files.readString(directory.resolve("run/ostree/auth.json")).contains("bmV3"));
        pulls.countDown();
        await().until(() -> host.calls.size() == 2);
        host.letStagesSucceed();
    }

    @Test
    void aBrokenSecretIsNamedWhereThePullFailsForIt() throws Exception {
        secret("{");
        restartAgent();
        host.failStages(new HostException("Rebase", "", "reading manifest in reg/os: authentication required"));
        api.annotate(Keys.PREFETCH, B.toString());
        awaitAnnotation(Keys.STATE, "Degraded");
        assertThat(api.annotation(Keys.REASON).orElseThrow()).contains("pull secret secret of the pool cannot be used: it is not JSON");
        assertThat(directory.resolve("run/ostree/auth.json")).doesNotExist();
    }

    private void secret(String text) throws java.io.IOException {
        Path mount = Files.createDirectories(directory.resolve("secret"));
        Path fresh = Files.writeString(directory.resolve("fresh"), text);
        Files.move(fresh, mount.resolve(".dockerconfigjson"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aFullDiskIsCleanedOfPartialLayers() {
        host.failStages(new HostException("Rebase", "", "min-free-space-percent '3%' would be exceeded, at least 8.4 MB requested"));
        api.annotate(Keys.PREFETCH, B.toString());
        awaitAnnotation(Keys.STATE, "Degraded");
        assertThat(host.calls).contains("free");
        assertThat(api.annotation(Keys.REASON).orElseThrow()).contains("at least 8.4 MB");
    }

    @Test
    void aRebootThatIsBlockedIsAskedForAgain() {
        host.failFinalize(Optional.of(new HostException("FinalizeDeployment", "", "Reboot blocked by a systemd inhibitor lock")));
        grant(B, "rendered-b");
        await().until(() -> api.annotation(Keys.REASON).orElse("").contains("Reboot blocked"));
        assertThat(api.unschedulable()).isTrue();
        host.failFinalize(Optional.empty());
        await().until(() -> api.phase().equals("Rebooting"));
    }

    @Test
    void aHostThatCannotBeAskedIsReported() {
        host.goAway(Optional.of(new HostException("read deployments", "org.freedesktop.DBus.Error.NoReply", "no reply")));
        api.annotate(Keys.PREFETCH, B.toString());
        await().until(() -> api.annotation(Keys.REASON).orElse("").contains("the host cannot be asked"));
        host.goAway(Optional.empty());
        awaitAnnotation(Keys.STAGED, B.toString());
        await().until(() -> api.annotation(Keys.REASON).equals(Optional.of("")));
    }

    @Test
    void aPullNeedsNoApiServerAndIsReportedWhenItIsBack() {
        CountDownLatch pulls = host.holdPulls();
        api.annotate(Keys.PREFETCH, B.toString());
        await().until(() -> api.phase().equals("Staging"));
        api.down(true);
        pulls.countDown();
        await().until(() -> host.staged().isPresent());
        api.down(false);
        awaitAnnotation(Keys.STAGED, B.toString());
    }

    @Test
    void anApiServerThatIsAwayAfterTheBootIsWaitedFor() {
        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Rebooting"));
        stopAgent();
        host.reboot(true);
        api.ready(true, host.bootId());
        api.down(true);
        startAgent();
        await().until(() -> remembered().contains("\"confirmed\""));
        assertThat(api.unschedulable()).isTrue();
        api.down(false);
        awaitDone(B);
    }

    @Test
    void wishesThatCannotBeReadAreReportedAndNotActedOn() {
        api.annotate(Keys.PREFETCH, "registry.example/os:latest");
        awaitAnnotation(Keys.STATE, "Degraded");
        assertThat(api.annotation(Keys.REASON).orElseThrow()).contains(Keys.PREFETCH);
        assertThat(host.calls).isEmpty();
        api.annotate(Keys.PREFETCH, B.toString());
        awaitAnnotation(Keys.STAGED, B.toString());
    }

    private static ConditionFactory await() {
        return Awaitility.await().pollInterval(Duration.ofMillis(20)).pollDelay(Duration.ZERO);
    }

    private Optional<Failure> failure() {
        return api.annotation(Keys.FAILURE).map(text -> Failure.from(Tree.root(JSON.read(text))));
    }

    private String remembered() throws java.io.IOException {
        Path file = directory.resolve("attempt.json");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private void startAgent() {
        door = host.door();
        loop = new AgentLoop(new AgentLoop.Parts(
                api.door(), door, credentials(), new AttemptFile(directory, JSON), JSON, Clock.systemUTC(), new Random(1), "varve", "agent-1", _ -> {}));
        loop.start();
    }

    /** Of the secret in {@code secret/}, if the test makes that directory before the agent starts. */
    private MountedCredentials credentials() {
        return new MountedCredentials(
                java.util.List.of(directory.resolve("secret")), directory.resolve("run"), directory.resolve("etc/auth.json"), JSON);
    }

    private void restartAgent() {
        stopAgent();
        startAgent();
    }

    private void grant(Pullspec image, String config) {
        api.annotate(Keys.DESIRED_CONFIG, config, Keys.DESIRED_IMAGE, image.toString(), Keys.PREFETCH, null, Keys.STATE, "Working");
    }

    /** The kubelet kills the agent, the host goes through its shutdown, and the next boot starts a new one. */
    private void reboot() {
        stopAgent();
        host.reboot(true);
        api.ready(true, host.bootId());
        startAgent();
    }

    private void awaitAnnotation(String key, String value) {
        await().until(() -> api.annotation(key).equals(Optional.of(value)));
    }

    private void awaitDone(Pullspec image) {
        await().until(() -> api.annotation(Keys.STATE).equals(Optional.of("Done"))
                && api.annotation(Keys.CURRENT_IMAGE).equals(Optional.of(image.toString())));
    }
}
