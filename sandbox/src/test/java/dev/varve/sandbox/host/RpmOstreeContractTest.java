package dev.varve.sandbox.host;

import static dev.varve.contract.ImageReference.refspec;
import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static dev.varve.sandbox.host.RpmOstreeWire.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.host.bus.BusClient;
import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Signal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What rpm-ostree says on the wire, as seen on v2025.8 (rpm-ostree-dbus.md section 7). Uses nothing but the bus and the peer
 * socket, so that it can be run against any other host that claims to be one.
 */
class RpmOstreeContractTest {
    private static final String OPEN_IMAGE =
            "Creating importer: failed to invoke method OpenImage: failed to invoke method OpenImage: ";
    private static final String BUSY = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code26";
    private static final String FAILED = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code0";
    private static final String NBSP = "\u00a0";

    @TempDir Path root;
    private HostUnderTest host;
    private RpmOstreeWire wire;

    @BeforeEach
    void boot() throws Exception {
        host = SimulatedHost.booted(root);
        wire = new RpmOstreeWire(host.busSocket(), host.run());
    }

    @AfterEach
    void shutDown() {
        wire.close();
        host.close();
    }

    @Test
    void namesTheTransactionSocketAsTheHostSeesItAndServesItBelowItsOwnRun() throws Exception {
        assertThat(wire.rebase(host.image(), locked())).isEqualTo("unix:path=/run/rpm-ostree-transaction.sock");
        assertThat(host.run().resolve("rpm-ostree-transaction.sock")).exists();
        assertThat(wire.end()).isEmpty();
    }

    @Test
    void escapesTheDashOfTheOsName() throws Exception {
        assertThat(wire.osProperty("Name")).isEqualTo("fedora-coreos");
        assertThat(wire.osPath()).isEqualTo("/org/projectatomic/rpmostree1/fedora_coreos");
    }

    @Test
    void tellsOfARebaseInOrder() throws Exception {
        wire.rebase(host.image(), locked());
        List<String> heard = ownLines(wire.follow());

        String reference = refspec(host.image());
        assertThat(heard).startsWith("Message Pulling manifest: " + reference);
        assertThat(heard.get(1)).isEqualTo("Message Importing: " + reference + " (digest: " + host.image().requireDigest() + ")");
        assertThat(heard.get(2)).matches("Message ostree chunk layers needed: \\d+ \\([0-9.]+" + NBSP + "[kMG]B\\)");
        assertThat(heard.get(3)).matches("Message custom layers needed: \\d+ \\([0-9.]+" + NBSP + "[kMG]B\\)");
        int layers = (heard.size() - 8) / 2;
        for (int index = 0; index < layers; index++) {
            assertThat(heard.get(4 + 2 * index))
                    .matches("TaskBegin \\[" + index + "/" + layers + "] Fetching (ostree chunk|layer) [0-9a-f]{19} \\([0-9.]+" + NBSP + "[kMG]B\\)");
            assertThat(heard.get(5 + 2 * index)).isEqualTo("TaskEnd done");
        }
        assertThat(heard.subList(4 + 2 * layers, heard.size()))
                .containsExactly("ProgressEnd", "TaskBegin Staging deployment", "TaskEnd done", "Finished true ");
    }

    @Test
    void importsNothingForAnImageThatIsThere() throws Exception {
        wire.stageLocked(host.image());
        wire.rebase(host.factory(), locked());
        assertThat(wire.follow()).extracting(RpmOstreeContractTest::line)
                .contains("Message Pulling manifest: " + refspec(host.factory()), "TaskBegin Staging deployment", "Finished true ")
                .noneMatch(line -> line.startsWith("Message Importing") || line.startsWith("TaskBegin ["));
    }

    @Test
    void importsOnlyTheLayersThatAreMissing() throws Exception {
        wire.stageLocked(host.image());
        wire.rebase(host.otherImage(), locked());
        assertThat(wire.follow()).extracting(RpmOstreeContractTest::line)
                .contains("Message ostree chunk layers already present: 2")
                .anyMatch(line -> line.matches("Message custom layers needed: 1 \\(2.1" + NBSP + "MB\\)"))
                .anyMatch(line -> line.matches("TaskBegin \\[0/1] Fetching layer [0-9a-f]{19} \\(2.1" + NBSP + "MB\\)"))
                .anyMatch(line -> line.equals("Message Pruned images: 1 (layers: 1)"));
    }

    @Test
    void changesTheDeploymentsBeforeItFinishes() throws Exception {
        wire.bus.match("type='signal',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'");
        wire.stageLocked(host.image());
        await().until(() -> wire.bus.signals().stream().anyMatch(signal -> changes(signal, "Deployments")));
        assertThat(wire.bus.signals())
                .anyMatch(signal -> changes(signal, "ActiveTransaction") && changes(signal, "ActiveTransactionPath"));

        Map<String, Object> first = wire.deployments().getFirst();
        assertThat(first).containsEntry("staged", true).containsEntry("booted", false).doesNotContainKey("finalization-locked");
        assertThat(first.get("container-image-reference")).isEqualTo(refspec(host.image()));
        assertThat(first.get("container-image-reference-digest")).isEqualTo(host.image().requireDigest().value());
        assertThat((Map<?, ?>) wire.osProperty("RollbackDeployment")).isEmpty();
    }

    @Test
    void keepsTheTruthOfTheLockInItsOwnFile() throws Exception {
        wire.stageLocked(host.image());
        byte[] staged = Files.readAllBytes(host.run().resolve("ostree/staged-deployment"));
        assertThat(new String(staged, StandardCharsets.ISO_8859_1)).contains("locked\0");
    }

    @ParameterizedTest
    @CsvSource({"MISSING", "UNBOOTABLE", "FOREIGN"})
    void wordsAPullThatFails(String which) throws Exception {
        Pullspec image = switch (which) {
            case "MISSING" -> host.missingImage();
            case "UNBOOTABLE" -> host.unbootableImage();
            default -> host.imageOfOtherArchitecture();
        };
        String where = image.host() + "/" + image.repository();
        String text = switch (which) {
            case "MISSING" -> OPEN_IMAGE + "reading manifest " + image.requireDigest() + " in " + where + ": manifest unknown";
            case "UNBOOTABLE" -> "Preparing import: Fetching manifest: Target image does not have ostree.bootable label";
            default -> "Preparing import: Fetching manifest: Image has architecture arm64; expected amd64";
        };
        wire.rebase(image, locked());
        assertThat(wire.end()).isEqualTo(text);
        assertThat(wire.references()).containsExactly(refspec(host.factory()));
    }

    @Test
    void refusesTheReferenceThatTheFirstDeploymentHas() throws Exception {
        wire.rebase(host.factory(), locked());
        assertThat(wire.end()).isEqualTo("Old and new refs are equal: " + refspec(host.factory()));
        wire.stageLocked(host.image());
        wire.rebase(host.image(), locked());
        assertThat(wire.end()).isEqualTo("Old and new refs are equal: " + refspec(host.image()));
        wire.rebase(host.factory(), locked());
        assertThat(wire.end()).as("a second copy of the booted image").isEmpty();
    }

    @Test
    void letsTheSameRequestJoinAndRefusesAnyOther() throws Exception {
        String address = wire.rebase(host.image(), locked());
        try (RpmOstreeWire second = new RpmOstreeWire(host.busSocket(), host.run())) {
            assertThat(second.rebase(host.image(), locked())).isEqualTo(address);
            assertThatThrownBy(() -> second.rebase(host.otherImage(), locked())).isInstanceOfSatisfying(BusError.class, busy("new-deployment"));
            assertThatThrownBy(() -> second.rebase(host.image(), Map.of())).isInstanceOf(BusError.class);
        }
        wire.end();
    }

    @Test
    void countsTheOrderOfOptionsWhenItComparesRequests() throws Exception {
        Map<String, Variant<?>> one = locked();
        one.put("initiating-command-line", new Variant<>("x"));
        Map<String, Variant<?>> other = options("initiating-command-line", new Variant<>("x"));
        other.put("lock-finalization", new Variant<>(true));
        wire.rebase(host.image(), one);
        assertThatThrownBy(() -> wire.rebase(host.image(), other)).isInstanceOf(BusError.class);
        wire.end();
    }

    @Test
    void callsATransactionByItsCommandLineOnceItIsStarted() throws Exception {
        Map<String, Variant<?>> options = locked();
        options.put("initiating-command-line", new Variant<>("varve-agent stage it"));
        wire.rebase(host.image(), options);
        try (RpmOstreeWire.Peer peer = wire.peer()) {
            assertThat(peer.title()).isEqualTo("new-deployment");
            assertThat(peer.start()).isTrue();
            assertThat(peer.title()).isEqualTo("varve-agent stage it");
            assertThatThrownBy(() -> wire.rebase(host.otherImage(), locked())).isInstanceOfSatisfying(BusError.class, busy("varve-agent stage it"));
            peer.untilFinished();
        }
    }

    @Test
    void tellsALateJoinerOfTheEndAgain() throws Exception {
        wire.rebase(host.image(), locked());
        try (RpmOstreeWire.Peer first = wire.peer();
                RpmOstreeWire.Peer second = wire.peer()) {
            assertThat(first.start()).isTrue();
            assertThat(first.untilFinished().getLast().arguments().getFirst()).isEqualTo(true);
            assertThat(second.untilFinished().getLast().member()).isEqualTo("Finished");
            assertThat(second.start()).isFalse();
            assertThat(second.untilFinished()).extracting(Signal::member).containsExactly("Finished");
        }
    }

    @Test
    void staysTheActiveOneUntilItsPeersHaveLeft() throws Exception {
        wire.rebase(host.image(), locked());
        try (RpmOstreeWire.Peer peer = wire.peer()) {
            peer.start();
            peer.untilFinished();
            assertThatThrownBy(() -> wire.call("Cleanup", "as", List.of("base"))).isInstanceOfSatisfying(BusError.class, busy("rebase"));
            assertThat(wire.sysroot("ActiveTransactionPath")).isEqualTo("unix:path=/run/rpm-ostree-transaction.sock");
        }
        await().until(() -> wire.sysroot("ActiveTransactionPath").equals(""));
        wire.call("Cleanup", "as", List.of("base"));
        assertThat(wire.end()).isEmpty();
    }

    @Test
    void goesOnWithoutItsClientOnceStarted() throws Exception {
        RpmOstreeWire client = new RpmOstreeWire(host.busSocket(), host.run());
        client.rebase(host.image(), locked());
        RpmOstreeWire.Peer peer = client.peer();
        peer.start();
        peer.close();
        client.close();
        await().until(() -> wire.references().size() == 2);
    }

    @Test
    void dropsATransactionWhoseClientDiesBeforeItStarts() throws Exception {
        RpmOstreeWire client = new RpmOstreeWire(host.busSocket(), host.run());
        client.rebase(host.image(), locked());
        assertThatThrownBy(() -> wire.rebase(host.otherImage(), locked())).isInstanceOf(BusError.class);
        client.close();
        await().until(() -> wire.sysroot("ActiveTransactionPath").equals(""));
        assertThat(wire.references()).hasSize(1);
    }

    @Test
    void endsACancelledPullWithItsTask() throws Exception {
        wire.rebase(host.image(), locked());
        try (RpmOstreeWire.Peer peer = wire.peer()) {
            peer.start();
            peer.until("TaskBegin", "[0/");
            peer.cancel();
            assertThat(ownLines(peer.untilFinished()))
                    .containsExactly("TaskEnd done", "Finished false Operation was cancelled");
        }
        assertThat(wire.references()).hasSize(1);
    }

    @Test
    void acceptsACancelBeforeTheStart() throws Exception {
        wire.rebase(host.image(), locked());
        try (RpmOstreeWire.Peer peer = wire.peer()) {
            peer.cancel();
            assertThat(peer.start()).isTrue();
            assertThat(line(peer.untilFinished().getLast())).isEqualTo("Finished false Operation was cancelled");
        }
    }

    @Test
    void checksWhatItFinalizes() throws Exception {
        wire.call("FinalizeDeployment", "a{sv}", options("checksum", new Variant<>("x")));
        assertThat(wire.end()).isEqualTo("No pending staged deployment found");
        wire.stageLocked(host.image());
        wire.call("FinalizeDeployment", "a{sv}", Map.of());
        assertThat(wire.end()).isEqualTo("Missing expected checksum");
        wire.call("FinalizeDeployment", "a{sv}", options("checksum", new Variant<>("0")));
        assertThat(wire.end()).isEqualTo("Expected staged base checksum 0, but found " + host.image().requireDigest());
    }

    @Test
    void doesNotFinalizeWhatIsUnlockedAlready() throws Exception {
        wire.rebase(host.image(), Map.of());
        wire.end();
        wire.call("FinalizeDeployment", "a{sv}", options("checksum", new Variant<>(host.image().requireDigest().value())));
        assertThat(wire.end()).isEqualTo("Staged deployment already unlocked");
    }

    @Test
    void saysOnlyFinishedWhenItFinalizesAndThenTakesNoNewTransaction() throws Exception {
        wire.stageLocked(host.image());
        wire.call("FinalizeDeployment", "a{sv}", options("checksum", new Variant<>(host.image().requireDigest().value())));
        assertThat(ownLines(wire.follow())).containsExactly("Finished true ");
        wire.reload();
        await().until(() -> wire.sysroot("ActiveTransactionPath").equals(""));
        assertThatThrownBy(() -> wire.rebase(host.otherImage(), locked()))
                .isInstanceOfSatisfying(BusError.class, error -> {
                    assertThat(error.name()).isEqualTo(FAILED);
                    assertThat(error.text()).isEqualTo("Reboot initiated, cannot start new transaction");
                });
    }

    @Test
    void cleansWhatIsAskedForAndSaysSoWhereThereIsNothing() throws Exception {
        wire.call("Cleanup", "as", List.of("pending-deploy"));
        assertThat(wire.follow()).extracting(RpmOstreeContractTest::line).contains("Message Deployments unchanged.", "Finished true ");
        wire.reload();
        wire.stageLocked(host.image());
        wire.call("Cleanup", "as", List.of("pending-deploy"));
        List<String> heard = wire.follow().stream().map(RpmOstreeContractTest::line).toList();
        assertThat(heard).anyMatch(line -> line.matches("Message Pruned images: 1 \\(layers: 3\\)"));
        assertThat(heard).anyMatch(line -> line.matches("Message Freed: [0-9.]+" + NBSP + "MB"));
        assertThat(host.run().resolve("ostree/staged-deployment")).doesNotExist();
        wire.reload();
        wire.call("Cleanup", "as", List.of("base"));
        assertThat(wire.follow()).extracting(RpmOstreeContractTest::line).doesNotContain("Message Deployments unchanged.");
        assertThatThrownBy(() -> wire.call("Cleanup", "as", List.of("bogus")))
                .isInstanceOf(BusError.class)
                .hasMessage(FAILED + ": Invalid cleanup type: bogus");
    }

    @Test
    void doesNotRollBackOverAStage() throws Exception {
        wire.call("Rollback", "a{sv}", Map.of());
        assertThat(wire.end()).isEqualTo("No rollback deployment found");
        wire.stageLocked(host.image());
        wire.call("Rollback", "a{sv}", Map.of());
        assertThat(wire.end()).isEqualTo("Staged deployment (remove with cleanup -p)");
    }

    @Test
    void showsTheOptionsOfTheStage() throws Exception {
        wire.stageLocked(host.image());
        Map<String, Variant<?>> options = options("append-if-missing", new Variant<>(List.of("mitigations=off"), "as"));
        options.put("lock-finalization", new Variant<>(true));
        String existing = bootConfig(false).get("options").toString();
        wire.call("KernelArgs", "sasasasa{sv}", existing, List.of(), List.of(), List.of(), options);
        assertThat(wire.end()).isEmpty();
        assertThat(bootConfig(true)).containsOnlyKeys("staged", "options");
        assertThat(bootConfig(true).get("options").toString()).contains("console=ttyS0").contains("mitigations=off");
        assertThat(bootConfig(false)).containsKeys("initrd", "linux", "options", "staged", "title", "version");
    }

    @Test
    void losesAllKernelArgumentsThatAreNotHandedIn() throws Exception {
        wire.stageLocked(host.image());
        wire.call("KernelArgs", "sasasasa{sv}", "", List.of("quiet"), List.of(), List.of(), locked());
        assertThat(wire.end()).isEmpty();
        assertThat(bootConfig(true).get("options").toString()).contains("quiet").doesNotContain("console=ttyS0");
    }

    @ParameterizedTest
    @CsvSource({"none", "wrong type"})
    void unlocksTheStageWhenKernelArgumentsChangeWithoutTheLockOption(String how) throws Exception {
        wire.stageLocked(host.image());
        Map<String, Variant<?>> options = how.equals("none") ? new LinkedHashMap<>() : options("lock-finalization", new Variant<>("true"));
        wire.call("KernelArgs", "sasasasa{sv}", bootConfig(true).get("options"), List.of("quiet"), List.of(), List.of(), options);
        assertThat(wire.end()).isEmpty();
        wire.call("FinalizeDeployment", "a{sv}", options("checksum", new Variant<>(host.image().requireDigest().value())));
        assertThat(wire.end()).isEqualTo("Staged deployment already unlocked");
    }

    @Test
    void refusesMethodsThatDoNotExist() {
        assertThatThrownBy(() -> wire.call("Bogus", "s", "x"))
                .isInstanceOfSatisfying(BusError.class, error -> assertThat(error.name()).isEqualTo(BusError.UNKNOWN_METHOD));
        assertThatThrownBy(() -> wire.call("Rebase", "s", "x")).isInstanceOf(BusError.class);
    }

    private Map<String, Object> bootConfig(boolean pending) throws Exception {
        BusClient bus = wire.bus;
        return RpmOstreeWire.plain(
                bus.call(RpmOstreeWire.RPM_OSTREE, wire.osPath(), RpmOstreeWire.RPM_OSTREE + ".OS", "GetDeploymentBootConfig", "sb", "", pending)
                        .getFirst());
    }

    private static Consumer<BusError> busy(String title) {
        return error -> {
            assertThat(error.name()).isEqualTo(BUSY);
            assertThat(error.text())
                    .isEqualTo("Transaction in progress: " + title + "\n You can cancel the current transaction with `rpm-ostree cancel`");
        };
    }

    private static boolean changes(Signal signal, String property) {
        return signal.member().equals("PropertiesChanged") && ((Map<?, ?>) signal.arguments().get(1)).containsKey(property);
    }

    /** Without changes of properties. */
    private static List<String> ownLines(List<Signal> heard) {
        return heard.stream()
                .filter(signal -> signal.iface().equals(RpmOstreeWire.TRANSACTION))
                .map(RpmOstreeContractTest::line)
                .toList();
    }

    private static String line(Signal signal) {
        StringBuilder line = new StringBuilder(signal.member());
        signal.arguments().forEach(argument -> line.append(' ').append(argument));
        return line.toString();
    }
}
