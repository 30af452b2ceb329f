package dev.varve.sandbox.host;

import static dev.varve.contract.ImageReference.refspec;
import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static dev.varve.sandbox.host.RpmOstreeWire.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Outage;
import dev.varve.sandbox.host.bus.BusClient;
import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Signal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a simulated machine does when it is rebooted, cut from power or struck by a fault. */
class MachineTest {
    private static final String SYSTEMD = "org.freedesktop.systemd1";
    private static final MachineTimes TIMES =
            new MachineTimes(Duration.ofMillis(60), Duration.ofMillis(80), Duration.ofMillis(20), Duration.ofSeconds(5));

    @TempDir Path root;
    private Machine machine;
    private RpmOstreeWire wire;
    private final AtomicInteger pulls = new AtomicInteger();
    private final List<String> life = new CopyOnWriteArrayList<>();

    @BeforeEach
    void boot() throws Exception {
        Images images = new Images();
        machine = new Machine("worker-0", root, Images.FACTORY, Images.FACTORY_VERSION, image -> {
            pulls.incrementAndGet();
            return images.fetch(image);
        }, TIMES);
        machine.addListener(new MachineListener() {
            @Override
            public void wentDown(Outage why) {
                life.add("down: " + why);
            }

            @Override
            public void cameUp(String bootId) {
                life.add("up");
            }
        });
        machine.start();
        connect();
    }

    @AfterEach
    void switchOff() {
        wire.close();
        machine.close();
    }

    /** What is staged before, what happens, what runs after that and what is left beside it. */
    @ParameterizedTest
    @CsvSource({
        "nothing,  reboot,   factory, factory",
        "locked,   reboot,   factory, factory",
        "unlocked, reboot,   new,     new factory",
        "locked,   finalize, new,     new factory",
        "unlocked, powerCut, factory, factory",
        "locked,   powerCut, factory, factory",
    })
    void bootsHonestly(String staged, String what, String runs, String all) throws Exception {
        String before = machine.bootId();
        stage(staged);
        switch (what) {
            case "reboot" -> machine.reboot();
            case "powerCut" -> machine.powerCut();
            default -> finish(Images.NEW);
        }
        awaitBootAfter(before);
        assertThat(booted()).isEqualTo(runs);
        assertThat(String.join(" ", wire.references().stream().map(MachineTest::shortName).toList())).isEqualTo(all);
        assertThat(Files.readString(root.resolve("proc/sys/kernel/random/boot_id")).strip()).isEqualTo(machine.bootId()).isNotEqualTo(before);
        assertThat(root.resolve("run/ostree/staged-deployment")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "fallsBack,         factory, new factory, active",
        "finalizationFails, factory, factory,     failed",
    })
    void comesUpInTheOldImage(String fault, String runs, String all, String bootComplete) throws Exception {
        machine.arm(fault.equals("fallsBack")
                ? new Fault.BootFallsBack()
                : new Fault.FinalizationFails("Installing kernel: No space left on device"));
        String before = machine.bootId();
        stage("locked");
        finish(Images.NEW);
        awaitBootAfter(before);
        assertThat(booted()).isEqualTo(runs);
        assertThat(String.join(" ", wire.references().stream().map(MachineTest::shortName).toList())).isEqualTo(all);
        assertThat(unitState("ostree-boot-complete.service")).isEqualTo(bootComplete);
    }

    @Test
    void comesUpInNoNewImageUntilItIsDisarmed() throws Exception {
        machine.arm(new Fault.NoNewImageBoots());
        String first = machine.bootId();
        machine.powerCut(); // Nothing new to boot: the fault is not spent.
        awaitBootAfter(first);
        String second = machine.bootId();
        stage("locked");
        finish(Images.NEW);
        awaitBootAfter(second);
        assertThat(booted()).isEqualTo("factory");
        String third = machine.bootId();
        machine.powerCut();
        awaitBootAfter(third);
        assertThat(booted()).isEqualTo("factory");
        machine.disarm();
        String fourth = machine.bootId();
        machine.reboot();
        awaitBootAfter(fourth);
        assertThat(booted()).isEqualTo("new");
    }

    @Test
    void rollsBackAndForth() throws Exception {
        reboot("unlocked");
        assertThat(booted()).isEqualTo("new");
        String before = machine.bootId();
        wire.call("Rollback", "a{sv}", options("reboot", new Variant<>(true)));
        wire.follow();
        awaitBootAfter(before);
        assertThat(booted()).isEqualTo("factory");
        assertThat(wire.references()).containsExactly(refspec(Images.FACTORY), refspec(Images.NEW));
        wire.call("Cleanup", "as", List.of("rollback-deploy"));
        assertThat(wire.end()).isEmpty();
        assertThat(wire.references()).containsExactly(refspec(Images.FACTORY));
    }

    @Test
    void doesNotComeBackUntilSomebodySwitchesItOn() throws Exception {
        machine.arm(new Fault.BootNeverReturns());
        stage("unlocked");
        machine.reboot();
        await().untilAsserted(() -> assertThat(life).containsExactly("up", "down: REBOOT"));
        await().during(Duration.ofMillis(200)).until(() -> !machine.isUp());
        machine.powerOn();
        await().until(machine::isUp);
        connect();
        assertThat(booted()).isEqualTo("new");
    }

    @Test
    void losesEveryConnectionWhenItGoesDownAndAllThatIsInRun() throws Exception {
        Files.writeString(root.resolve("run/ostree/auth.json"), "{}");
        Files.writeString(root.resolve("var/lib/varve/attempt.json"), "{}");
        machine.powerCut();
        assertThat(wire.bus.ended()).succeedsWithin(Duration.ofSeconds(5));
        awaitUp();
        assertThat(root.resolve("run/ostree/auth.json")).doesNotExist();
        assertThat(root.resolve("var/lib/varve/attempt.json")).exists();
        assertThat(life).containsExactly("up", "down: POWER_CUT", "up");
    }

    @Test
    void isOvertakenByAPowerCutWhileItShutsDown() throws Exception {
        stage("unlocked");
        machine.reboot();
        machine.powerCut();
        awaitUp();
        assertThat(booted()).as("nothing was finalised").isEqualTo("factory");
        assertThat(life).containsExactly("up", "down: POWER_CUT", "up");
    }

    @Test
    void bootsWithTheKernelArgumentsOfItsDeployment() throws Exception {
        stage("locked");
        String existing = Files.readString(root.resolve("proc/cmdline")).strip();
        wire.call("KernelArgs", "sasasasa{sv}", existing, List.of("mitigations=off"), List.of(), List.of(), locked());
        assertThat(wire.end()).isEmpty();
        String before = machine.bootId();
        finish(Images.NEW);
        awaitBootAfter(before);
        assertThat(Files.readString(root.resolve("proc/cmdline"))).contains(" console=ttyS0 ").contains(" mitigations=off ");
    }

    @Test
    void asksTheRegistryAlsoForAnImageThatIsThere() throws Exception {
        stage("locked");
        wire.rebase(Images.FACTORY, locked());
        assertThat(wire.end()).isEmpty();
        assertThat(pulls).hasValue(2);
    }

    @Test
    void keepsTheLayersOfAPullThatFailedUntilTheyAreCleaned() throws Exception {
        String text = "Importing: failed to invoke method GetBlob: failed to invoke method GetBlob: Get \"...\": connection refused";
        machine.arm(new Fault.PullFails(text));
        wire.rebase(Images.NEW, locked());
        List<Signal> heard = wire.follow();
        wire.reload();
        assertThat(heard.getLast().arguments()).containsExactly(false, text);
        assertThat(heard).extracting(Signal::member).doesNotContain("ProgressEnd");
        wire.call("Cleanup", "as", List.of("base"));
        assertThat(wire.follow()).extracting(signal -> signal.arguments().getFirst().toString()).contains("Pruned images: 0 (layers: 1)");
    }

    @ParameterizedTest
    @CsvSource({"false, factory", "true, new"})
    void closesItsPeersWithoutAWordWhenRpmOstreedDies(boolean staged, String first) throws Exception {
        machine.arm(new Fault.DaemonDies(staged));
        wire.bus.match("type='signal',member='NameOwnerChanged',arg0='org.projectatomic.rpmostree1'");
        wire.rebase(Images.NEW, locked());
        try (RpmOstreeWire.Peer peer = wire.peer()) {
            peer.start();
            assertThat(peer.connection.ended()).succeedsWithin(Duration.ofSeconds(5));
            assertThat(peer.connection.signals()).extracting(Signal::member).doesNotContain("Finished");
        }
        await().until(() -> !wire.bus.signals().isEmpty());
        assertThat(wire.references().stream().map(MachineTest::shortName)).first().isEqualTo(first);
        assertThat(wire.sysroot("ActiveTransactionPath")).isEqualTo("");
    }

    @Test
    void blocksAFinalizationWhileSomebodyHoldsABlockingLock() throws Exception {
        stage("locked");
        machine.inhibitedBy(List.of(
                new Inhibitor("shutdown", "backup", "writes a tape", "block"),
                new Inhibitor("shutdown:sleep", "kubelet", "drains", "delay"),
                new Inhibitor("sleep:shutdown", "other", "reason", "block")));
        wire.call("FinalizeDeployment", "a{sv}", options("checksum", new Variant<>(Images.NEW.requireDigest().value())));
        assertThat(wire.end())
                .isEqualTo("Reboot blocked by a systemd inhibitor lock in `block` mode\nHeld by: backup\nReason: writes a tape"
                        + "\nand 1 other blocking inhibitor lock(s)");
        String login = "org.freedesktop.login1";
        List<?> listed = (List<?>) wire.bus.call(login, "/org/freedesktop/login1", login + ".Manager", "ListInhibitors", "").getFirst();
        assertThat(listed).hasSize(3);
        machine.inhibitedBy(List.of());
        String before = machine.bootId();
        finish(Images.NEW);
        awaitBootAfter(before);
        assertThat(booted()).isEqualTo("new");
    }

    @Test
    void startsRpmOstreedWhenSystemdIsAskedTo() throws Exception {
        machine.powerCut();
        awaitUpWithoutTouchingRpmOstree();
        try (BusClient bus = BusClient.onBus(root.resolve("run/dbus/system_bus_socket"))) {
            bus.match("type='signal',member='JobRemoved'");
            assertThat(unitState(bus, "rpm-ostreed.service")).isEqualTo("inactive");
            Object job = manager(bus, "StartUnit", "ss", "rpm-ostreed.service", "replace");
            Signal removed = bus.signals().poll(5, TimeUnit.SECONDS);
            assertThat(removed.arguments().subList(1, 4)).hasToString("[" + job + ", rpm-ostreed.service, done]");
            assertThat(unitState(bus, "rpm-ostreed.service")).isEqualTo("active");
        }
    }

    @Test
    void knowsWhetherAStageWouldBeFinalized() throws Exception {
        assertThat(unitState("boot-complete.target")).isEqualTo("active");
        assertThat(unitState("ostree-finalize-staged.service")).isEqualTo("inactive");
        stage("locked");
        assertThat(unitState("ostree-finalize-staged.service")).isEqualTo("active");
    }

    @Test
    void printsItsStatusAsRpmOstreeDoes() throws Exception {
        stage("locked");
        assertThat(machine.rpmOstreeStatus())
                .isEqualTo("""
                        State: idle
                        Deployments:
                          %s
                                            Digest: %s
                                          Version: 417.94.202408190141-0 (2024-08-20T14:40:42Z)

                        * %s
                                            Digest: %s
                                          Version: 417.94.202408190141-0 (%s)
                        """.formatted(
                        refspec(Images.NEW),
                        Images.NEW.requireDigest(),
                        refspec(Images.FACTORY),
                        Images.FACTORY.requireDigest(),
                        Instant.ofEpochSecond(((Number) wire.deployments().getLast().get("timestamp")).longValue())));
    }

    @Test
    void endsAPullAlsoWhereTheImageSourceHasAFault() throws Exception {
        try (Machine odd = new Machine("odd", root.resolve("odd"), Images.FACTORY, "1", image -> {
            throw new IllegalStateException("broken source");
        }, TIMES)) {
            odd.start();
            try (RpmOstreeWire other = new RpmOstreeWire(odd.runDir().resolve("dbus/system_bus_socket"), odd.runDir())) {
                other.rebase(Images.NEW, locked());
                assertThat(other.end()).contains("broken source");
            }
        }
    }

    @Test
    void saysThatItCannotTellItsStatusWhenItIsDown() {
        machine.close();
        assertThatThrownBy(() -> machine.rpmOstreeStatus()).isInstanceOf(IllegalStateException.class).hasMessageContaining("rpm-ostree status");
    }

    @Test
    void hasNoStatusWhileItGoesDownAndUp() throws Exception {
        Thread cuts = Thread.ofVirtual().start(() -> {
            for (int cut = 0; cut < 20; cut++) {
                await().until(machine::isUp);
                machine.powerCut();
            }
            machine.close();
        });
        while (cuts.isAlive()) {
            machine.rpmOstreeStatusWhereUp().ifPresent(status -> assertThat(status).contains("* ostree-unverified-registry:"));
        }
        assertThat(machine.rpmOstreeStatusWhereUp()).isEmpty();
    }

    @Test
    void runsByTheHundredWithoutPlatformThreads(@TempDir Path many) {
        int before = ManagementFactory.getThreadMXBean().getThreadCount();
        List<Machine> fleet = new ArrayList<>();
        try {
            for (int index = 0; index < 100; index++) {
                Machine one = new Machine("n" + index, many.resolve("n" + index), Images.FACTORY, "1", new Images(), TIMES);
                one.start();
                assertThat(one.rpmOstreeStatus()).contains("* ostree-unverified-registry:");
                fleet.add(one);
            }
            assertThat(ManagementFactory.getThreadMXBean().getThreadCount() - before).isLessThan(20);
        } finally {
            fleet.forEach(Machine::close);
        }
    }

    private void stage(String how) throws Exception {
        if (!how.equals("nothing")) {
            wire.rebase(Images.NEW, how.equals("locked") ? locked() : Map.of());
            assertThat(wire.end()).isEmpty();
        }
    }

    private void finish(Pullspec image) throws Exception {
        wire.call("FinalizeDeployment", "a{sv}", options("checksum", new Variant<>(image.requireDigest().value())));
        assertThat(wire.follow().getLast().arguments()).containsExactly(true, "");
    }

    private void reboot(String staged) throws Exception {
        String before = machine.bootId();
        stage(staged);
        machine.reboot();
        awaitBootAfter(before);
    }

    private void awaitBootAfter(String bootId) throws Exception {
        await().until(() -> machine.isUp() && !machine.bootId().equals(bootId));
        connect();
    }

    private void awaitUp() throws Exception {
        awaitUpWithoutTouchingRpmOstree();
        connect();
    }

    private void awaitUpWithoutTouchingRpmOstree() {
        await().until(machine::isUp);
    }

    private void connect() throws Exception {
        if (wire != null) {
            wire.close();
        }
        wire = new RpmOstreeWire(root.resolve("run/dbus/system_bus_socket"), root.resolve("run"));
    }

    private String booted() throws Exception {
        return wire.deployments().stream()
                .filter(one -> one.get("booted").equals(true))
                .map(one -> shortName(one.get("container-image-reference").toString()))
                .reduce((one, other) -> "two booted deployments")
                .orElse("none");
    }

    private static String shortName(String reference) {
        return reference.equals(refspec(Images.FACTORY)) ? "factory" : "new";
    }

    private String unitState(String unit) throws Exception {
        return unitState(wire.bus, unit);
    }

    private static String unitState(BusClient bus, String unit) throws Exception {
        String path = manager(bus, "LoadUnit", "s", unit).toString();
        String properties = "org.freedesktop.DBus.Properties";
        Object state = bus.call(SYSTEMD, path, properties, "Get", "ss", SYSTEMD + ".Unit", "ActiveState").getFirst();
        return ((Variant<?>) state).getValue().toString();
    }

    private static Object manager(BusClient bus, String method, String signature, Object... arguments) throws BusError, IOException {
        return bus.call(SYSTEMD, "/org/freedesktop/systemd1", SYSTEMD + ".Manager", method, signature, arguments).getFirst();
    }
}
