package dev.varve.controller.decide.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.varve.contract.Digest;
import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.contract.BuildSpec;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.build.ConfigStatus.Phase;
import dev.varve.controller.decide.build.ContainerFacts.Exited;
import dev.varve.controller.decide.build.ContainerFacts.Running;
import dev.varve.controller.decide.build.ContainerFacts.State;
import dev.varve.controller.decide.build.ContainerFacts.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Digest DIGEST = new Digest("sha256:" + "d".repeat(64));
    private static final ImageAnswer GOOD = new ImageAnswer.Found(DIGEST, "amd64", Map.of("ostree.bootable", "1"));

    private final BuildPolicy policy = new BuildPolicy("amd64");
    private final Map<String, String> annotations = new java.util.HashMap<>();
    private final List<MachineOSBuildFacts> builds = new ArrayList<>();
    private final List<BuildPodFacts> pods = new ArrayList<>();
    private BuildInputs inputs = inputs("FROM configs");
    private Optional<ImageAnswer> answer = Optional.empty();
    private String secrets = "pull@1";

    private static BuildInputs inputs(String containerfile) {
        return new BuildInputs("rendered-layered-1", containerfile, Pullspec.parse("quay.io/os/base@sha256:" + "b".repeat(64)),
                Optional.empty(), Pullspec.parse("reg.local:5000/ns/os:latest"), Map.of(), List.of("pull"));
    }

    private String name() {
        return inputs.buildName("layered");
    }

    private BuildFacts facts() {
        var config = MachineOSConfigFacts.from("layered", annotations, Tree.root(Map.of("machineConfigPool", Map.of("name", "layered"))), "amd64");
        return new BuildFacts(config, List.of(), Optional.of(inputs), "", secrets, builds, answer, BuildSpec.DEFAULT);
    }

    private List<BuildStep> decide() {
        return policy.decide(facts(), NOW);
    }

    private void current(String build) {
        annotations.put(Keys.CURRENT_MACHINE_OS_BUILD, build);
    }

    private void build(BuildState state) {
        build(name(), state, "", state == BuildState.Succeeded ? Optional.of(inputs.push().withDigest(DIGEST)) : Optional.empty());
    }

    private void build(String name, BuildState state, String failure, Optional<Pullspec> image) {
        builds.add(new MachineOSBuildFacts(name, false, state, failure, image, false,
                pods.stream().mapToInt(BuildPodFacts::attempt).max().orElse(0), "pull@1", pods));
    }

    private void pod(int attempt, String phase, State build, State push) {
        pods.add(new BuildPodFacts(Names.buildPod("rendered-layered-1", inputs.hash(), attempt), "uid-" + attempt, attempt, phase,
                NOW.minusSeconds(60), false, Optional.empty(), false, "",
                List.of(new ContainerFacts("image-build", build), new ContainerFacts("image-push", push))));
    }

    private static Exited exited(int code, String text) {
        return new Exited(code, code == 0 ? "Completed" : "Error", text, NOW.minusSeconds(30));
    }

    private static <T extends BuildStep> T only(List<BuildStep> steps, Class<T> type) {
        assertThat(steps).filteredOn(type::isInstance).hasSize(1);
        return type.cast(steps.stream().filter(type::isInstance).findFirst().orElseThrow());
    }

    private static ConfigStatus report(List<BuildStep> steps) {
        assertThat(steps.getLast()).isInstanceOf(BuildStep.Report.class);
        return only(steps, BuildStep.Report.class).status();
    }

    private String failure() {
        current(name());
        build(BuildState.Building);
        return only(decide(), BuildStep.Fail.class).message();
    }

    @Test
    void createsTheBuildAndMakesItCurrent() {
        assertThat(decide()).startsWith(new BuildStep.CreateBuild(name(), inputs, "pull@1"), new BuildStep.SetCurrent(name()));
        assertThat(name()).matches("layered-rendered-layered-1-[0-9a-f]{8}-builder");
    }

    @ParameterizedTest
    @CsvSource({"1,false", "125,false", "137,true"})
    void aPodWhosePushIsAboutToEndKeepsItsLogsAndOneThatWouldWaitForEverGoes(int code, boolean deleted) {
        pod(1, "Running", exited(code, "no"), new Running());
        current(name());
        build(BuildState.Failed);
        assertThat(decide().stream().anyMatch(BuildStep.DeletePod.class::isInstance)).isEqualTo(deleted);
    }

    @Test
    void startsTheFirstAttemptOfANewBuild() {
        build(BuildState.Initial);
        answer = Optional.of(new ImageAnswer.Missing());
        assertThat(decide()).startsWith(
                new BuildStep.SetCurrent(name()), new BuildStep.StartAttempt(name(), inputs, 1, BuildSpec.DEFAULT, ""));
    }

    private static ImageAnswer there(String architecture, String inputsLabel, String bootable) {
        return new ImageAnswer.Found(DIGEST, architecture, Map.of(Keys.INPUTS_LABEL, inputsLabel, "ostree.bootable", bootable));
    }

    @Test
    void anImageOfTheSameInputsMakesAPodNeedless() {
        current(name());
        build(BuildState.Initial);
        assertThat(policy.imageToCheck(facts())).contains(inputs.pushspec());
        answer = Optional.of(there("amd64", inputs.fingerprint(), "1"));
        Pullspec image = inputs.push().withDigest(DIGEST);
        List<BuildStep> steps = decide();
        assertThat(steps).startsWith(new BuildStep.Reuse(name(), image)).hasSize(2);
        assertThat(report(steps).image()).contains(image);
        assertThat(report(steps).phase()).isEqualTo(Phase.Succeeded);
        assertThat(report(steps).message()).contains("without a pod", "built from the same inputs: " + image);
    }

    /** What the registry may have under the tag of the build, or say of it. */
    private static List<Arguments> answers() {
        BuildInputs inputs = inputs("FROM configs");
        String other = inputs("FROM configs AS other").fingerprint();
        return List.of(
                arguments(there("amd64", inputs.fingerprint(), "1"), true, ""),
                arguments(there("arm64", inputs.fingerprint(), "1"), false, "is for architecture \"arm64\""),
                arguments(there("amd64", inputs.fingerprint(), "0"), false, "is not bootable"),
                arguments(there("amd64", other, "1"), false, "was not built from its inputs: its label dev.varve.build-inputs is \"" + other + "\""),
                arguments(there("amd64", inputs.hash(), "1"), false, "was not built from its inputs"),
                arguments(GOOD, false, "its label dev.varve.build-inputs is \"\""),
                arguments(new ImageAnswer.Missing(), false, ""),
                arguments(new ImageAnswer.Unknown("reg.local answered 503"), false, "is not known: reg.local answered 503"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void onlyAnImageThatABuildWouldMakeAgainIsReused(ImageAnswer said, boolean reused, String note) {
        current(name());
        build(BuildState.Initial);
        answer = Optional.of(said);
        List<BuildStep> steps = decide();
        assertThat(steps.stream().anyMatch(BuildStep.Reuse.class::isInstance)).isEqualTo(reused);
        if (!reused) {
            BuildStep.StartAttempt start = only(steps, BuildStep.StartAttempt.class);
            assertThat(start.attempt()).isEqualTo(1);
            assertThat(start.note()).contains(note);
            assertThat(report(steps).message()).startsWith("attempt 1 of 3 starts").endsWith(start.note());
            assertThat(steps).noneMatch(BuildStep.Again.class::isInstance);
        }
    }

    @Test
    void aRebuildAsksForNoImageAndTakesNone() {
        annotations.put(Keys.REBUILDS, "1");
        current(name());
        build(BuildState.Initial);
        assertThat(policy.imageToCheck(facts())).isEmpty();
        answer = Optional.of(there("amd64", inputs.fingerprint(), "1"));
        only(decide(), BuildStep.StartAttempt.class);
    }

    @Test
    void aBuildThatHasBegunIsNotGivenUpForAnImage() {
        current(name());
        pod(1, "Running", new Running(), new Running());
        build(BuildState.Building);
        assertThat(policy.imageToCheck(facts())).isEmpty();
        pods.clear();
        builds.clear();
        builds.add(new MachineOSBuildFacts(name(), false, BuildState.Building, "", Optional.empty(), false, 1, "pull@1", List.of()));
        assertThat(policy.imageToCheck(facts())).isEmpty();
        only(decide(), BuildStep.StartAttempt.class);
    }

    @Test
    void aReusedBuildStaysOne() {
        current(name());
        builds.add(new MachineOSBuildFacts(name(), false, BuildState.Succeeded, "", Optional.of(inputs.push().withDigest(DIGEST)), true, 0,
                "pull@1", List.of()));
        assertThat(report(decide()).message()).contains("without a pod");
    }

    /** Each is another image, whatever else stays. */
    @Test
    void theFingerprintCoversAllThatGoesIntoTheImage() {
        Pullspec elsewhere = Pullspec.parse("mirror.local/os/base@sha256:" + "b".repeat(64));
        Pullspec base = inputs.base();
        List<BuildInputs> others = List.of(
                inputs("FROM configs "),
                new BuildInputs("rendered-layered-2", inputs.containerfile(), base, Optional.empty(), inputs.push(), Map.of(), inputs.secrets()),
                new BuildInputs(inputs.rendered(), inputs.containerfile(), elsewhere, Optional.empty(), inputs.push(), Map.of(), inputs.secrets()),
                new BuildInputs(inputs.rendered(), inputs.containerfile(), base, Optional.of("quay.io/os/extensions"), inputs.push(), Map.of(), inputs.secrets()),
                new BuildInputs(inputs.rendered(), inputs.containerfile(), base, Optional.empty(), inputs.push(), Map.of("rebuilds", "1"), inputs.secrets()));
        assertThat(others).extracting(BuildInputs::fingerprint).doesNotHaveDuplicates().doesNotContain(inputs.fingerprint());
        assertThat(inputs.fingerprint()).matches("[0-9a-f]{64}").isEqualTo(inputs("FROM configs").fingerprint());
    }

    @Test
    void followsThePod() {
        current(name());
        pod(1, "Pending", new Waiting("ContainerCreating"), new Waiting(""));
        build(BuildState.Initial);
        assertThat(only(decide(), BuildStep.Progress.class).state()).isEqualTo(BuildState.Prepared);
        builds.clear();
        pods.clear();
        pod(1, "Running", new Running(), new Running());
        build(BuildState.Prepared);
        assertThat(only(decide(), BuildStep.Progress.class).state()).isEqualTo(BuildState.Building);
        assertThat(only(decide(), BuildStep.Again.class).after()).isEqualTo(Duration.ofMinutes(59));
        builds.clear();
        build(BuildState.Building);
        assertThat(decide()).noneMatch(BuildStep.Progress.class::isInstance);
        assertThat(report(decide()).message()).startsWith("attempt 1 of 3: container image-build");
    }

    @Test
    void neverGoesBackToPrepared() {
        current(name());
        pod(1, "Pending", new Waiting(""), new Waiting(""));
        build(BuildState.Building);
        assertThat(decide()).noneMatch(BuildStep.Progress.class::isInstance);
    }

    @Test
    void succeedsOnceTheRegistryConfirms() {
        current(name());
        pod(1, "Succeeded", exited(0, ""), exited(0, DIGEST + "\n"));
        build(BuildState.Building);
        Pullspec image = inputs.push().withDigest(DIGEST);
        assertThat(policy.imageToCheck(facts())).contains(image);
        answer = Optional.of(GOOD);
        assertThat(decide()).startsWith(new BuildStep.Succeed(name(), image));
        assertThat(report(decide()).image()).contains(image);
        assertThat(image.toString()).isEqualTo("reg.local:5000/ns/os@" + DIGEST);
    }

    @Test
    void waitsForARegistryThatCannotBeAsked() {
        current(name());
        pod(1, "Succeeded", exited(0, ""), exited(0, DIGEST.value()));
        build(BuildState.Building);
        answer = Optional.of(new ImageAnswer.Unknown("cannot ask reg.local"));
        assertThat(only(decide(), BuildStep.Again.class).after()).isEqualTo(Duration.ofSeconds(10));
        assertThat(report(decide()).message()).contains("once the registry confirms it: cannot ask reg.local");
        assertThat(decide()).noneMatch(BuildStep.Fail.class::isInstance);
    }

    @Test
    void failsAnImageThatNoNodeCouldUse() {
        pod(1, "Succeeded", exited(0, ""), exited(0, DIGEST.value()));
        answer = Optional.of(new ImageAnswer.Found(DIGEST, "arm64", Map.of("ostree.bootable", "1")));
        assertThat(failure()).contains("is for architecture \"arm64\", nodes want \"amd64\"");
        builds.clear();
        answer = Optional.of(new ImageAnswer.Found(DIGEST, "amd64", Map.of()));
        assertThat(failure()).contains("is not bootable");
        builds.clear();
        answer = Optional.of(new ImageAnswer.Missing());
        assertThat(failure()).contains("the registry does not have");
    }

    @Test
    void aBootcImageIsBootableToo() {
        current(name());
        pod(1, "Succeeded", exited(0, ""), exited(0, DIGEST.value()));
        build(BuildState.Building);
        answer = Optional.of(new ImageAnswer.Found(DIGEST, "amd64", Map.of("containers.bootc", "1")));
        only(decide(), BuildStep.Succeed.class);
    }

    @Test
    void aFailedCommandFailsTheBuildAtOnceWithTheLastLines() {
        pod(1, "Failed", exited(1, "No match for argument: tre\nError: Unable to find a match"), exited(64, ""));
        assertThat(failure()).isEqualTo("attempt 1 of 3: container image-build exited with 1:"
                + " No match for argument: tre\nError: Unable to find a match");
    }

    @Test
    void theLastAttemptSaysSo() {
        pod(1, "Failed", exited(125, "x"), exited(64, ""));
        pod(2, "Failed", exited(125, "x"), exited(64, ""));
        pod(3, "Failed", exited(125, "dial tcp: i/o timeout"), exited(64, ""));
        assertThat(failure()).isEqualTo("attempt 3 of 3: container image-build exited with 125: dial tcp: i/o timeout");
    }

    @ParameterizedTest
    @ValueSource(ints = {125, 137, 143})
    void whatMayGoBetterIsTriedAgainAfterAWhile(int code) {
        current(name());
        pod(1, "Failed", exited(code, "dial tcp: i/o timeout"), exited(64, ""));
        build(BuildState.Building);
        assertThat(only(decide(), BuildStep.StartAttempt.class).attempt()).isEqualTo(2);
        List<BuildStep> tooSoon = policy.decide(facts(), NOW.minusSeconds(25));
        assertThat(tooSoon).noneMatch(BuildStep.StartAttempt.class::isInstance);
        assertThat(only(tooSoon, BuildStep.Again.class).after()).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "unable to retrieve auth token: invalid username/password: unauthorized: bad",
        "reading manifest: received unexpected HTTP status: 403 Forbidden",
        "denied: requested access to the resource is denied",
        "Error: authentication required"
    })
    void wrongCredentialsFailAtOnce(String text) {
        pod(1, "Running", exited(0, ""), exited(125, text));
        assertThat(failure()).startsWith("attempt 1 of 3: container image-push exited with 125: " + text);
    }

    @Test
    void aFailedPushIsTriedAgain() {
        current(name());
        pod(1, "Failed", exited(0, ""), exited(125, "500 Internal Server Error"));
        build(BuildState.Building);
        assertThat(only(decide(), BuildStep.StartAttempt.class).attempt()).isEqualTo(2);
    }

    @Test
    void aPushWithoutADigestIsNotASuccess() {
        current(name());
        pod(1, "Succeeded", exited(0, ""), exited(0, "done"));
        build(BuildState.Building);
        assertThat(only(decide(), BuildStep.StartAttempt.class).attempt()).isEqualTo(2);
    }

    @Test
    void imagePushIsNotBlamedForWhatImageBuildDid() {
        current(name());
        pod(1, "Running", new Running(), exited(64, "image-build failed"));
        build(BuildState.Building);
        assertThat(decide()).noneMatch(BuildStep.Fail.class::isInstance).noneMatch(BuildStep.StartAttempt.class::isInstance);
    }

    @Test
    void aKilledBuildDoesNotWaitForItsPushToNotice() {
        current(name());
        pod(1, "Running", new Exited(137, "OOMKilled", "", NOW.minusSeconds(30)), new Running());
        build(BuildState.Building);
        assertThat(only(decide(), BuildStep.StartAttempt.class).attempt()).isEqualTo(2);
        pod(2, "Pending", new Waiting(""), new Waiting(""));
        builds.clear();
        build(BuildState.Building);
        assertThat(only(decide(), BuildStep.DeletePod.class).pod()).doesNotEndWith("-2");
    }

    @Test
    void aPodThatWasTakenAwayIsNoFailedAttempt() {
        current(name());
        pod(1, "Failed", exited(137, ""), exited(137, ""));
        BuildPodFacts pod = pods.removeFirst();
        pods.add(new BuildPodFacts(pod.name(), pod.uid(), 1, "Failed", pod.created(), false, Optional.of("Evicted: low on memory"), false, "",
                pod.containers()));
        build(BuildState.Building);
        assertThat(only(decide(), BuildStep.DeletePod.class).uid()).isEqualTo("uid-1");
        assertThat(decide()).noneMatch(BuildStep.StartAttempt.class::isInstance);
        assertThat(report(decide()).message()).contains("Evicted: low on memory").contains("does not count");
        pods.clear();
        builds.clear();
        builds.add(new MachineOSBuildFacts(name(), false, BuildState.Building, "", Optional.empty(), false, 1, "pull@1", List.of()));
        assertThat(only(decide(), BuildStep.StartAttempt.class).attempt()).isEqualTo(1);
    }

    /** containerd's word for one it finds dead after a boot, with its exit code, and the kubelet's for one that is not there any more. */
    @ParameterizedTest
    @CsvSource({"255,Unknown", "137,ContainerStatusUnknown"})
    void aPodWhoseNodeWentDownUnderItIsMadeAgainAndDoesNotCount(int code, String reason) {
        Exited lost = new Exited(code, reason, "", NOW.minusSeconds(30));
        pod(1, "Failed", lost, lost);
        current(name());
        build(BuildState.Building);
        assertThat(only(decide(), BuildStep.DeletePod.class).pod()).isEqualTo(pods.getFirst().name());
        assertThat(report(decide()).message()).contains("its node went down under container image-build").contains("does not count");
    }

    @Test
    void aCommandThatHadFailedBeforeTheNodeWentDownIsStillTheCause() {
        pod(1, "Failed", exited(3, "no such package"), new Exited(255, "Unknown", "", NOW.minusSeconds(30)));
        assertThat(failure()).contains("image-build exited with 3: no such package");
    }

    @Test
    void aPodThatIsBeingDeletedIsWaitedFor() {
        current(name());
        pods.add(new BuildPodFacts("p", "u", 1, "Running", NOW, true, Optional.empty(), false, "",
                List.of(new ContainerFacts("image-build", exited(143, "")))));
        build(BuildState.Building);
        assertThat(decide()).hasOnlyElementsOfType(BuildStep.Report.class);
    }

    @Test
    void theDeadlineSaysWhatWasGoingOn() {
        pods.add(new BuildPodFacts("build-x", "u", 1, "Pending", NOW.minus(Duration.ofHours(1)), false, Optional.empty(), false,
                "0/3 nodes are available", List.of()));
        assertThat(failure()).isEqualTo("attempt 1 of 3: did not end within 1h; at the end pod build-x is Pending: 0/3 nodes are available");
    }

    @Test
    void theKubeletsDeadlineCountsAsOurs() {
        pods.add(new BuildPodFacts("build-x", "u", 1, "Failed", NOW.minusSeconds(60), false, Optional.empty(), true, "", List.of()));
        assertThat(failure()).startsWith("attempt 1 of 3: did not end within 1h");
    }

    @Test
    void anEditSupersedesARunningBuild() {
        String old = name();
        current(old);
        pod(1, "Running", new Running(), new Running());
        build(BuildState.Building);
        inputs = inputs("FROM configs\nRUN x");
        assertThat(decide()).startsWith(
                new BuildStep.Interrupt(old),
                new BuildStep.DeletePod(pods.getFirst().name(), "uid-1"),
                new BuildStep.DeleteContext(old),
                new BuildStep.CreateBuild(name(), inputs, "pull@1"),
                new BuildStep.SetCurrent(name()));
        assertThat(name()).isNotEqualTo(old);
    }

    @Test
    void goingBackToAnInterruptedBuildMakesItAnew() {
        build(BuildState.Interrupted);
        assertThat(decide()).startsWith(new BuildStep.DeleteBuild(name()));
    }

    @Test
    void aRebuildIsCountedAndConsumedBeforeAnythingElse() {
        annotations.put(Keys.REBUILD, "");
        annotations.put(Keys.REBUILDS, "1");
        build(BuildState.Succeeded);
        assertThat(decide()).startsWith(new BuildStep.ConsumeRebuild(2)).hasSize(2);
    }

    @Test
    void aRebuildIsConsumedEvenWhereNothingCanBeBuilt() {
        annotations.put(Keys.REBUILD, "");
        BuildFacts facts = facts();
        var invalid = new BuildFacts(facts.config(), List.of("bad"), Optional.empty(), "", "", List.of(), Optional.empty(), BuildSpec.DEFAULT);
        assertThat(policy.decide(invalid, NOW)).startsWith(new BuildStep.ConsumeRebuild(1));
    }

    @Test
    void theNumberOfRebuildsIsAnInput() {
        var again = new BuildInputs(inputs.rendered(), inputs.containerfile(), inputs.base(), inputs.extensions(), inputs.push(),
                Map.of("rebuilds", "1"), inputs.secrets());
        assertThat(again.hash()).isNotEqualTo(inputs.hash());
    }

    @Test
    void aFinishedBuildIsReusedWhereItsImageIsStillThere() {
        build(BuildState.Succeeded);
        assertThat(policy.imageToCheck(facts())).isPresent();
        answer = Optional.of(GOOD);
        assertThat(decide()).startsWith(new BuildStep.SetCurrent(name()));
        assertThat(report(decide()).phase()).isEqualTo(Phase.Succeeded);
    }

    @Test
    void anImageThatIsGoneIsBuiltAgain() {
        build(BuildState.Succeeded);
        answer = Optional.of(new ImageAnswer.Missing());
        assertThat(decide()).startsWith(new BuildStep.DeleteBuild(name()));
    }

    @Test
    void aRegistryThatCannotBeAskedIsNotAMissingImage() {
        build(BuildState.Succeeded);
        answer = Optional.of(new ImageAnswer.Unknown("down"));
        assertThat(decide()).startsWith(new BuildStep.Again(Duration.ofSeconds(30))).hasSize(2);
        assertThat(report(decide()).phase()).isEqualTo(Phase.Waiting);
    }

    @Test
    void theCurrentBuildDoesNotAskTheRegistryAgain() {
        current(name());
        build(BuildState.Succeeded);
        assertThat(policy.imageToCheck(facts())).isEmpty();
        assertThat(decide()).hasOnlyElementsOfType(BuildStep.Report.class);
    }

    @Test
    void aFailedBuildStaysUntilASecretChanges() {
        current(name());
        build(name(), BuildState.Failed, "attempt 3 of 3: x", Optional.empty());
        assertThat(decide()).noneMatch(BuildStep.DeleteBuild.class::isInstance);
        assertThat(report(decide()).message()).isEqualTo("attempt 3 of 3: x");
        secrets = "pull@2";
        assertThat(decide()).startsWith(new BuildStep.DeleteBuild(name()));
    }

    @Test
    void podsOfAFailedBuildStayForTheirLogs() {
        current(name());
        pod(1, "Failed", exited(1, ""), exited(64, ""));
        pod(2, "Running", exited(137, ""), new Running());
        build(name(), BuildState.Failed, "x", Optional.empty());
        assertThat(only(decide(), BuildStep.DeletePod.class).uid()).isEqualTo("uid-2");
    }

    @Test
    void podsOfAFinishedBuildGo() {
        current(name());
        pod(1, "Succeeded", exited(0, ""), exited(0, DIGEST.value()));
        build(BuildState.Succeeded);
        assertThat(decide()).startsWith(new BuildStep.DeletePod(pods.getFirst().name(), "uid-1"), new BuildStep.DeleteContext(name()));
    }

    @ParameterizedTest
    @EnumSource(BuildState.class)
    void afterARestartTheSameFactsGiveTheSameSteps(BuildState state) {
        pod(1, "Running", new Running(), new Running());
        build(state);
        assertThat(decide()).isEqualTo(new BuildPolicy("amd64").decide(facts(), NOW));
        assertThat(decide()).noneMatch(BuildStep.StartAttempt.class::isInstance);
    }

    @Test
    void aCrashBetweenPodAndStatusStartsNoSecondPod() {
        current(name());
        pod(2, "Running", new Running(), new Running());
        builds.add(new MachineOSBuildFacts(name(), false, BuildState.Building, "", Optional.empty(), false, 1, "pull@1", pods));
        assertThat(decide()).noneMatch(BuildStep.StartAttempt.class::isInstance);
        assertThat(report(decide()).message()).startsWith("attempt 2 of 3");
    }

    @Test
    void anInvalidConfigStartsNothing() {
        BuildFacts facts = facts();
        var invalid = new BuildFacts(facts.config(), List.of("bad"), Optional.empty(), "", "", List.of(), Optional.empty(), BuildSpec.DEFAULT);
        List<BuildStep> steps = policy.decide(invalid, NOW);
        assertThat(steps).startsWith(new BuildStep.Again(Duration.ofSeconds(5))).hasSize(2);
        assertThat(report(steps).conditions()).containsExactly(
                new Condition("Valid", false, "Invalid", "bad"),
                new Condition("Built", false, "MachineOSConfigInvalid",
                        "nothing is built until this MachineOSConfig is valid, see condition Valid"));
    }

    @ParameterizedTest
    @CsvSource({"Initial,Prepared,true", "Initial,Failed,true", "Prepared,Building,true", "Building,Prepared,false",
        "Building,Interrupted,true", "Succeeded,Failed,false", "Failed,Succeeded,false", "Interrupted,Building,false", "Building,Building,false"})
    void statesOnlyGoForward(BuildState from, BuildState to, boolean allowed) {
        assertThat(from.canBecome(to)).isEqualTo(allowed);
    }

    @Test
    void allFiveConditionsAreAlwaysThereAndKeepTheirTimes() {
        List<Object> first = Condition.merge(Tree.root(null), Condition.of(BuildState.Building, ""), NOW);
        List<Object> then = Condition.merge(Tree.root(first), Condition.of(BuildState.Failed, "attempt 1 of 3: x"), NOW.plusSeconds(9));
        assertThat(then).extracting(c -> String.valueOf(((Map<?, ?>) c).get("type")))
                .containsExactly("Prepared", "Building", "Succeeded", "Interrupted", "Failed");
        assertThat(then).extracting(c -> String.valueOf(((Map<?, ?>) c).get("status"))).containsExactly("False", "False", "False", "False", "True");
        assertThat(then).extracting(c -> String.valueOf(((Map<?, ?>) c).get("message"))).containsExactly(
                "Build Prepared and Pending", "Image Build In Progress", "Build Ready", "Build Interrupted", "attempt 1 of 3: x");
        assertThat(then).extracting(c -> String.valueOf(((Map<?, ?>) c).get("reason"))).containsExactly(
                "Prepared", "Building", "Ready", "Interrupted", "Failed");
        assertThat(then).extracting(c -> String.valueOf(((Map<?, ?>) c).get("lastTransitionTime"))).containsExactly(
                NOW.toString(), NOW.plusSeconds(9).toString(), NOW.toString(), NOW.toString(), NOW.plusSeconds(9).toString());
        assertThat(Condition.state(Tree.root(then))).isEqualTo(BuildState.Failed);
    }
}
