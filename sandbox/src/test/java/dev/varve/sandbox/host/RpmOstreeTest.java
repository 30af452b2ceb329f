package dev.varve.sandbox.host;

import static dev.varve.contract.ImageReference.refspec;
import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.varve.agent.decide.Deployment;
import dev.varve.agent.decide.Host;
import dev.varve.agent.decide.HostTransaction;
import dev.varve.agent.decide.KernelArguments;
import dev.varve.agent.host.HostException;
import dev.varve.agent.rpmostree.RpmOstree;
import dev.varve.agent.rpmostree.RpmOstreeConfig;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.host.bus.BusClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's side of the bus against a simulated machine. */
class RpmOstreeTest {
    private static final String NO_REPLY = "org.freedesktop.DBus.Error.NoReply";
    private static final Duration REPLY = Duration.ofSeconds(10);
    private static final MachineTimes TIMES =
            new MachineTimes(Duration.ofMillis(200), Duration.ofMillis(80), Duration.ofMillis(20), Duration.ofSeconds(5));

    @TempDir Path root;
    private final AtomicInteger pulls = new AtomicInteger();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private Machine machine;
    private RpmOstree host;

    @BeforeEach
    void boot() {
        Images images = new Images();
        machine = new Machine("worker-0", root, Images.FACTORY, Images.FACTORY_VERSION, image -> {
            pulls.incrementAndGet();
            return images.fetch(image);
        }, TIMES);
        machine.start();
        host = client(RpmOstreeConfig.STALL_TIMEOUT);
    }

    @AfterEach
    void switchOff() {
        host.close();
        machine.close();
    }

    @Test
    void seesWhatIsTrueOnAFreshHost() {
        Host seen = host.observe();
        assertThat(seen.deployments())
                .containsExactly(new Deployment(Optional.of(Images.FACTORY), Images.FACTORY.digest(), true, false, false));
        assertThat(seen.bootId()).isEqualTo(machine.bootId());
        assertThat(seen.kernelArguments()).contains("rw", "console=ttyS0");
        assertThat(seen.transaction()).isEmpty();
        assertThat(seen.bootComplete()).isTrue();
        assertThat(seen.finalizerActive()).isFalse();
        assertThat(seen.inhibitors()).isEmpty();
    }

    @Test
    void namesWhoBlocksAShutdownAndNobodyElse() {
        machine.inhibitedBy(List.of(
                new Inhibitor("shutdown", "backup", "writes a tape", "block"),
                new Inhibitor("shutdown", "kubelet", "drains", "delay"),
                new Inhibitor("sleep", "x", "y", "block")));
        assertThat(host.observe().inhibitors()).containsExactly("backup: writes a tape");
    }

    @Test
    void stagesLockedAndTellsHowFarItIs() {
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
        assertThat(host.observe().finalizerActive()).isTrue();
        assertThat(told).startsWith("Pulling manifest: " + refspec(Images.NEW));
        assertThat(told).containsSubsequence("layer 1 of 3, 60 MiB", "layer 2 of 3, 90 MiB", "layer 3 of 3, 92 MiB", "Staging deployment");
        assertThat(told).noneMatch(text -> text.isEmpty() || text.contains("\u00a0"));
    }

    @Test
    void doesNotTouchAStageThatIsGood() {
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        assertThat(pulls).hasValue(1);
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
    }

    @Test
    void replacesWhatElseIsStaged() {
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        host.stage(Images.NEWER, KernelArguments.NONE, told::add);
        assertThat(host.observe().staged()).contains(staged(Images.NEWER, true));
        assertThat(host.observe().deployments()).hasSize(2);
    }

    @Test
    void stagesAgainWhatSomebodyHasStagedUnlocked() throws Exception {
        try (RpmOstreeWire somebody = somebody()) {
            somebody.rebase(Images.NEW, Map.of());
            assertThat(somebody.end()).isEmpty();
        }
        assertThat(host.observe().staged()).contains(staged(Images.NEW, false));
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
    }

    @Test
    void hasNothingToDoForTheImageThatRuns() {
        host.stage(Images.FACTORY, KernelArguments.NONE, told::add);
        assertThat(host.observe().staged()).isEmpty();
    }

    @Test
    void addsKernelArgumentsAndKeepsTheLockAndTheOthers() {
        host.stage(Images.NEW, wanted("mitigations=off", "rw"), told::add);
        host.stage(Images.NEW, wanted("mitigations=off"), told::add);
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
        String before = machine.bootId();
        host.finalizeDeployment(Images.NEW.requireDigest());
        awaitBootAfter(before);
        assertThat(host.observe().kernelArguments())
                .contains("console=ttyS0")
                .containsOnlyOnce("rw")
                .containsOnlyOnce("mitigations=off");
    }

    @Test
    void changesTheKernelArgumentsOfTheImageThatRuns() {
        host.stage(Images.FACTORY, new KernelArguments(List.of("mitigations=off"), List.of("console=ttyS0")), told::add);
        Host staged = host.observe();
        assertThat(staged.staged()).contains(staged(Images.FACTORY, true));
        assertThat(staged.stagedKernelArguments()).contains("rw", "mitigations=off").doesNotContain("console=ttyS0");
        String before = machine.bootId();
        host.finalizeDeployment(Images.FACTORY.requireDigest());
        awaitBootAfter(before);
        assertThat(host.observe().kernelArguments()).contains("rw").containsOnlyOnce("mitigations=off").doesNotContain("console=ttyS0");
    }

    @Test
    void namesWhoElseUpdatesTheHost() throws Exception {
        OtherUpdaters others = machine.otherUpdaters();
        others.activate("rpm-ostreed-automatic.timer");
        others.automaticUpdatePolicy("check");
        assertThat(host.foreignUpdaters()).isEmpty();
        others.automaticUpdatePolicy("stage");
        others.activate("zincati.service");
        Files.createFile(machine.runDir().resolve("reboot-required"));
        assertThat(host.foreignUpdaters()).satisfiesExactly(
                zincati -> assertThat(zincati).startsWith("zincati.service is active").endsWith("systemctl disable --now zincati.service"),
                automatic -> assertThat(automatic).contains("AutomaticUpdatePolicy=none", "it is stage"),
                file -> assertThat(file).contains("/run/reboot-required", "kured"));
    }

    @Test
    void aCloseEndsWhoeverFollowsAndThePullGoesOn() throws Exception {
        var reached = new CompletableFuture<Void>();
        var ended = CompletableFuture.supplyAsync(() -> catchThrowable(
                () -> host.stage(Images.NEW, KernelArguments.NONE, text -> reached.complete(null))));
        reached.get(30, TimeUnit.SECONDS);
        host.close();
        assertThat(ended.get(30, TimeUnit.SECONDS)).isInstanceOfSatisfying(
                HostException.class, failed -> assertThat(failed.errorName()).isEqualTo("org.freedesktop.DBus.Error.Disconnected"));
        host = client(RpmOstreeConfig.STALL_TIMEOUT);
        await().until(() -> host.observe().staged().isPresent());
    }

    @Test
    void finalizesAndTheHostReboots() {
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        String before = machine.bootId();
        host.finalizeDeployment(Images.NEW.requireDigest());
        awaitBootAfter(before);
        Host seen = host.observe();
        assertThat(seen.booted().orElseThrow().isOf(Images.NEW)).isTrue();
        assertThat(seen.bootId()).isEqualTo(machine.bootId());
        assertThat(seen.deployments()).hasSize(2);
    }

    @Test
    void takesAnIndexForTheImageThatItLeadsTo() {
        host.stage(Images.INDEX, KernelArguments.NONE, told::add);
        Deployment stage = host.observe().staged().orElseThrow();
        assertThat(stage.isOf(Images.INDEX)).isTrue();
        assertThat(stage.digest()).isEqualTo(Images.NEW.digest());
        String before = machine.bootId();
        assertThatThrownBy(() -> host.finalizeDeployment(Images.INDEX.requireDigest())).hasMessageContaining("Expected staged base checksum");
        host.finalizeDeployment(stage.digest().orElseThrow());
        awaitBootAfter(before);
        assertThat(host.observe().booted().orElseThrow().isOf(Images.INDEX)).isTrue();
    }

    @Test
    void doesNotFinalizeAnotherDigest() {
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        assertThatThrownBy(() -> host.finalizeDeployment(Images.NEWER.requireDigest()))
                .isInstanceOfSatisfying(HostException.class, failed -> {
                    assertThat(failed.errorName()).isEmpty();
                    assertThat(failed.detail())
                            .isEqualTo("Expected staged base checksum " + Images.NEWER.requireDigest() + ", but found " + Images.NEW.requireDigest());
                });
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
    }

    @Test
    void rollsBackAlsoOverAStage() {
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        String before = machine.bootId();
        host.finalizeDeployment(Images.NEW.requireDigest());
        awaitBootAfter(before);
        host.stage(Images.NEWER, KernelArguments.NONE, told::add);
        String second = machine.bootId();
        host.rollBack();
        awaitBootAfter(second);
        assertThat(host.observe().booted().orElseThrow().isOf(Images.FACTORY)).isTrue();
    }

    @Test
    void dropsWhatIsStaged() {
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        host.dropStaged();
        assertThat(host.observe().staged()).isEmpty();
        host.dropStaged();
        host.freePartialLayers();
    }

    @Test
    void keepsRpmOstreesOwnWordsForAPullThatFails() {
        assertThatThrownBy(() -> host.stage(Images.MISSING, KernelArguments.NONE, told::add))
                .isInstanceOfSatisfying(HostException.class, failed -> {
                    assertThat(failed.detail())
                            .startsWith("Creating importer: failed to invoke method OpenImage")
                            .endsWith("in registry.example:5000/os/images: manifest unknown");
                    assertThat(failed.getMessage()).startsWith("stage images@sha256:000000000000: Creating importer");
                });
        assertThat(host.observe().transaction()).isEmpty();
    }

    @Test
    void leavesNoStageBehindWhenStagingFails() {
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        machine.arm(new Fault.PullFails("Staging deployment: Initializing deployment: Failed to find kernel in /usr/lib/modules"));
        assertThatThrownBy(() -> host.stage(Images.NEWER, KernelArguments.NONE, told::add)).hasMessageContaining("Failed to find kernel");
        assertThat(host.observe().staged()).as("the one before is still good").contains(staged(Images.NEW, true));
    }

    @Test
    void followsItsOwnStagingAfterItsDeath() throws Exception {
        CompletableFuture<Void> first = stageInBackground(host, Images.NEW);
        await().until(() -> told.stream().anyMatch(text -> text.startsWith("layer 1 of 3")));
        host.close();
        try (RpmOstree second = client(RpmOstreeConfig.STALL_TIMEOUT)) {
            assertThat(second.observe().transaction()).contains(new HostTransaction("varve-agent stage " + Images.NEW, true));
            List<String> toldToSecond = new CopyOnWriteArrayList<>();
            second.follow(toldToSecond::add);
            assertThat(second.observe().staged()).contains(staged(Images.NEW, true));
            assertThat(toldToSecond).contains("Staging deployment").doesNotContain("Pulling manifest: " + refspec(Images.NEW));
        }
        assertThat(pulls).hasValue(1);
        first.handle((done, failed) -> true).get();
    }

    @Test
    void joinsTheSameStagingWhereItAlreadyRuns() throws Exception {
        CompletableFuture<Void> first = stageInBackground(host, Images.NEW);
        await().until(() -> !told.isEmpty());
        try (RpmOstree second = client(RpmOstreeConfig.STALL_TIMEOUT)) {
            second.stage(Images.NEW, KernelArguments.NONE, ignored -> { });
        }
        assertThat(first).succeedsWithin(Duration.ofSeconds(5));
        assertThat(pulls).hasValue(1);
    }

    @Test
    void cancelsThePullWhenItIsInterrupted() throws Exception {
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                host.stage(Images.NEW, KernelArguments.NONE, told::add);
                end.complete(null);
            } catch (HostException failed) {
                stillInterrupted.set(Thread.currentThread().isInterrupted());
                end.complete(failed);
            }
        });
        await().until(() -> told.stream().anyMatch(text -> text.startsWith("layer 1")));
        thread.interrupt();
        assertThat(end.get()).isInstanceOf(HostException.class).hasMessageEndingWith(": Operation was cancelled");
        assertThat(stillInterrupted).isTrue();
        Host seen = host.observe();
        assertThat(seen.transaction()).isEmpty();
        assertThat(seen.staged()).isEmpty();
    }

    @Test
    void givesUpOnAPullThatStalls() {
        try (RpmOstree impatient = client(Duration.ofMillis(20))) {
            assertThatThrownBy(() -> impatient.stage(Images.NEW, KernelArguments.NONE, told::add))
                    .isInstanceOfSatisfying(HostException.class, failed -> assertThat(failed.detail()).contains("no progress for"));
            assertThat(impatient.observe().transaction()).isEmpty();
            assertThat(impatient.observe().staged()).isEmpty();
        }
    }

    @Test
    void seesSomebodyElsesTransactionAndWaitsForIt() throws Exception {
        try (RpmOstreeWire somebody = somebody()) {
            Map<String, Variant<?>> options = locked();
            options.put("initiating-command-line", new Variant<>("rpm-ostree rebase x"));
            somebody.rebase(Images.NEW, options);
            assertThat(host.observe().transaction()).contains(new HostTransaction("new-deployment", false));
            try (RpmOstreeWire.Peer peer = somebody.peer()) {
                assertThat(peer.start()).as("looking at its title has not started it").isTrue();
                assertThat(host.observe().transaction()).contains(new HostTransaction("rpm-ostree rebase x", false));
                assertThatThrownBy(() -> host.stage(Images.NEWER, KernelArguments.NONE, told::add))
                        .isInstanceOfSatisfying(HostException.class, failed -> {
                            assertThat(failed.errorName()).endsWith("Code26");
                            assertThat(failed.detail()).startsWith("Transaction in progress: rpm-ostree rebase x\n");
                        });
                CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> host.follow(told::add));
                peer.untilFinished();
                assertThat(waiting).isNotDone();
                peer.close();
                assertThat(waiting).succeedsWithin(Duration.ofSeconds(5));
            }
        }
        assertThat(host.observe().transaction()).isEmpty();
    }

    @Test
    void doesNotWaitForATransactionThatHasDiedWithRpmOstreed() throws Exception {
        try (RpmOstreeWire somebody = somebody()) {
            somebody.rebase(Images.SLOW, locked());
            try (RpmOstreeWire.Peer peer = somebody.peer()) {
                peer.start();
                CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> host.follow(told::add));
                peer.until("TaskBegin", "[1/");
                assertThat(waiting).isNotDone();
                somebody.signalRpmOstreed(RpmOstreeWire.SIGKILL);
                assertThat(waiting).succeedsWithin(Duration.ofSeconds(5));
            }
        }
        assertThat(host.observe().transaction()).isEmpty();
    }

    /** As the agent does: it looks whenever it is woken. */
    @Test
    void letsRpmOstreedGoIdleAndStay() throws Exception {
        Files.writeString(Files.createDirectories(root.resolve("etc")).resolve("rpm-ostreed.conf"), HostUnderTest.IDLE_EXIT.formatted(1));
        AtomicInteger looks = new AtomicInteger();
        host.onChange(() -> {
            host.observe();
            looks.incrementAndGet();
        });
        host.observe();
        try (BusClient bus = BusClient.onBus(machine.runDir().resolve("dbus/system_bus_socket"))) {
            await().until(() -> isInactive(bus));
            await().during(Duration.ofMillis(500)).until(() -> isInactive(bus));
        }
        assertThat(looks).hasValue(0);
    }

    private static boolean isInactive(BusClient bus) throws Exception {
        return bus.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner", "s", RpmOstreeWire.RPM_OSTREE)
                .equals(List.of(false));
    }

    @Test
    void saysThatItDidNotHearTheEndWhenRpmOstreedDies() {
        machine.arm(new Fault.DaemonDies(false));
        assertThatThrownBy(() -> host.stage(Images.NEW, KernelArguments.NONE, told::add))
                .isInstanceOf(HostException.class)
                .hasMessageEndingWith(": rpm-ostree went away before the end was heard");
        assertThat(host.observe().staged()).isEmpty();
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
    }

    @Test
    void findsThatItHasStagedAlthoughRpmOstreedDiedBeforeItSaidSo() {
        machine.arm(new Fault.DaemonDies(true));
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
    }

    @Test
    void looksAgainWhenRpmOstreedDiesOfTheRequest() {
        machine.arm(new Fault.DaemonDiesAsked("Rebase"));
        assertThatThrownBy(() -> host.stage(Images.NEW, KernelArguments.NONE, told::add))
                .isInstanceOfSatisfying(HostException.class, failed -> assertThat(failed.errorName()).isEqualTo(NO_REPLY));
        assertThat(host.observe().staged()).isEmpty();
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
    }

    @Test
    void keepsWhatItHasStagedWhenRpmOstreedDiesOfWhatIsAskedNext() {
        machine.arm(new Fault.DaemonDiesAsked("Reload"));
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
        assertThat(pulls).hasValue(1);
    }

    @Test
    void leavesTheStageLockedWhenRpmOstreedDiesOfTheOrderToFinalize() {
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        String before = machine.bootId();
        machine.arm(new Fault.DaemonDiesAsked("FinalizeDeployment"));
        assertThatThrownBy(() -> host.finalizeDeployment(Images.NEW.requireDigest()))
                .isInstanceOfSatisfying(HostException.class, failed -> assertThat(failed.errorName()).isEqualTo(NO_REPLY));
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
        host.finalizeDeployment(Images.NEW.requireDigest());
        awaitBootAfter(before);
        assertThat(host.observe().booted().orElseThrow().isOf(Images.NEW)).isTrue();
    }

    @Test
    void endsAtOnceWhenThePowerIsCutInAPull() {
        CompletableFuture<Void> staging = stageInBackground(host, Images.NEW);
        await().until(() -> !told.isEmpty());
        String before = machine.bootId();
        machine.powerCut();
        assertThat(staging).failsWithin(Duration.ofSeconds(5)).withThrowableOfType(ExecutionException.class).withCauseInstanceOf(HostException.class);
        awaitBootAfter(before);
        host.stage(Images.NEW, KernelArguments.NONE, told::add);
        assertThat(host.observe().staged()).contains(staged(Images.NEW, true));
    }

    @Test
    void wakesWhenATransactionBegins() throws Exception {
        AtomicBoolean woken = new AtomicBoolean();
        host.observe();
        host.onChange(() -> woken.set(true));
        try (RpmOstreeWire somebody = somebody()) {
            assertThat(woken).isFalse();
            somebody.rebase(Images.NEW, locked());
            await().untilTrue(woken);
            somebody.end();
        }
    }

    @Test
    void wakesWhenTheBusIsLost() {
        AtomicBoolean woken = new AtomicBoolean();
        host.observe();
        host.onChange(() -> woken.set(true));
        assertThat(woken).isFalse();
        machine.powerCut();
        await().untilTrue(woken);
    }

    @Test
    void saysWhatItCouldNotReachWhenTheHostIsDown() {
        machine.close();
        assertThatThrownBy(() -> host.observe())
                .isInstanceOf(HostException.class)
                .hasMessageContaining("connect to " + root.resolve("run/dbus/system_bus_socket"));
    }

    @Test
    void doesNotHoldUpOthersWithATransactionItNeverStarted() throws Exception {
        try (RpmOstree elsewhere = new RpmOstree(config(root.resolve("elsewhere"), RpmOstreeConfig.STALL_TIMEOUT))) {
            assertThatThrownBy(() -> elsewhere.stage(Images.NEW, KernelArguments.NONE, told::add))
                    .isInstanceOf(HostException.class)
                    .hasMessageContaining(root.resolve("elsewhere/rpm-ostree-transaction.sock").toString());
            await().until(() -> host.observe().transaction().isEmpty());
        }
    }

    private static Deployment staged(Pullspec image, boolean locked) {
        return new Deployment(Optional.of(image), image.digest(), false, true, locked);
    }

    private static KernelArguments wanted(String... arguments) {
        return new KernelArguments(List.of(arguments), List.of());
    }

    private CompletableFuture<Void> stageInBackground(RpmOstree client, Pullspec image) {
        return CompletableFuture.runAsync(() -> client.stage(image, KernelArguments.NONE, told::add));
    }

    private void awaitBootAfter(String bootId) {
        await().until(() -> machine.isUp() && !machine.bootId().equals(bootId));
    }

    private RpmOstreeWire somebody() throws Exception {
        return new RpmOstreeWire(machine.runDir().resolve("dbus/system_bus_socket"), machine.runDir());
    }

    private RpmOstree client(Duration stall) {
        return new RpmOstree(config(machine.runDir(), stall));
    }

    private RpmOstreeConfig config(Path run, Duration stall) {
        Path bootId = root.resolve("proc/sys/kernel/random/boot_id");
        return new RpmOstreeConfig(machine.busAddress(), run, bootId, root.resolve("proc/cmdline"), REPLY, stall);
    }
}
