package dev.varve.sandbox.host;

import static dev.varve.contract.ImageReference.refspec;
import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static dev.varve.sandbox.host.RpmOstreeWire.options;
import static dev.varve.sandbox.host.RpmOstreeWire.ownLines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is staged, how it shows, and what changes or removes it: rpm-ostree-dbus.md 7.1 (2), 7.2, 7.4, 7.5. */
interface StageCases extends Cases {

    @Test
    default void knowsItsOsByName() throws Exception {
        String name = wire().osProperty("Name").toString();
        assertThat(wire().osPath()).isEqualTo("/org/projectatomic/rpmostree1/" + name.replace('-', '_'));
        assertThat(wire().osPathOf(name)).isEqualTo(wire().osPath());
        assertThatThrownBy(() -> wire().osPathOf("x")).isInstanceOf(BusError.class).hasMessage(RpmOstreeWire.NOT_FOUND + ": OS name \"x\" not found");
    }

    @Test
    default void changesTheDeploymentsBeforeItFinishes() throws Exception {
        wire().bus.match("type='signal',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'");
        wire().stageLocked(host().image());
        await().until(() -> wire().bus.signals().stream().anyMatch(signal -> changes(signal, "Deployments")));
        assertThat(wire().bus.signals())
                .anyMatch(signal -> changes(signal, "ActiveTransaction") && changes(signal, "ActiveTransactionPath"));

        Map<String, Object> first = wire().deployments().getFirst();
        assertThat(first).containsEntry("staged", true).containsEntry("booted", false).doesNotContainKey("finalization-locked");
        assertThat(first.get("container-image-reference")).isEqualTo(refspec(host().image()));
        assertThat(first.get("container-image-reference-digest")).isEqualTo(host().image().requireDigest().value());
        assertThat((Map<?, ?>) wire().osProperty("RollbackDeployment")).isEmpty();
        assertThat(wire().stageIsLocked(host())).isTrue();
    }

    @Test
    default void tellsWhatOthersDoToTheDeployments() throws Exception {
        wire().stageLocked(host().image());
        wire().bus.match("type='signal',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'");
        host().undeployStaged();
        await().until(() -> wire().bus.signals().stream().anyMatch(signal -> changes(signal, "Deployments")));
        assertThat(wire().references()).containsExactly(refspec(host().factory()));
    }

    /** A power cut or a reboot of somebody's could come at any moment. */
    @Test
    default void locksAStageFromItsFirstMomentOn() throws Exception {
        wire().rebase(host().image(), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.until("TaskBegin", "Staging deployment");
            Path state = host().run().resolve("ostree/staged-deployment");
            CompletableFuture<List<Signal>> end = CompletableFuture.supplyAsync(() -> untilFinished(peer));
            Set<Boolean> seen = new HashSet<>();
            while (!end.isDone()) {
                if (Files.exists(state)) {
                    seen.add(wire().stageIsLocked(host()));
                }
            }
            assertThat(ownLines(end.get())).endsWith("Finished true ");
            assertThat(seen).doesNotContain(false);
        }
        assertThat(wire().stageIsLocked(host())).isTrue();
    }

    private static List<Signal> untilFinished(RpmOstreeWire.Peer peer) {
        try {
            return peer.untilFinished();
        } catch (InterruptedException stopped) {
            throw new CompletionException(stopped);
        }
    }

    @Test
    default void refusesTheReferenceThatTheFirstDeploymentHas() throws Exception {
        wire().rebase(host().factory(), locked());
        assertThat(wire().end()).isEqualTo("Old and new refs are equal: " + refspec(host().factory()));
        wire().stageLocked(host().image());
        wire().rebase(host().image(), locked());
        assertThat(wire().end()).isEqualTo("Old and new refs are equal: " + refspec(host().image()));
        wire().rebase(host().factory(), locked());
        assertThat(wire().end()).as("a second copy of the booted image").isEmpty();
    }

    @Test
    default void cleansWhatIsAskedForAndSaysSoWhereThereIsNothing() throws Exception {
        wire().cleanup("pending-deploy");
        assertThat(ownLines(wire().follow())).contains("Message Deployments unchanged.", "Finished true ");
        wire().reload();
        wire().rebase(host().image(), locked());
        long layers = ownLines(wire().follow()).stream().filter(line -> line.startsWith("TaskBegin [")).count();
        wire().reload();
        wire().cleanup("pending-deploy");
        assertThat(ownLines(wire().follow()))
                .contains("Message Pruned images: 1 (layers: " + layers + ")")
                .anyMatch(line -> line.matches("Message Freed: " + SIZE));
        assertThat(host().run().resolve("ostree/staged-deployment")).doesNotExist();
        wire().reload();
        wire().cleanup("base");
        assertThat(ownLines(wire().follow())).doesNotContain("Message Deployments unchanged.");
        assertThatThrownBy(() -> wire().cleanup("bogus"))
                .isInstanceOf(BusError.class)
                .hasMessage(RpmOstreeWire.FAILED + ": Invalid cleanup type: bogus");
    }

    @Test
    default void doesNotRollBackOverAStage() throws Exception {
        wire().call("Rollback", "a{sv}", Map.of());
        assertThat(wire().end()).isEqualTo("No rollback deployment found");
        wire().stageLocked(host().image());
        wire().call("Rollback", "a{sv}", Map.of());
        assertThat(wire().end()).isEqualTo("Staged deployment (remove with cleanup -p)");
    }

    @Test
    default void showsTheOptionsOfTheStage() throws Exception {
        wire().stageLocked(host().image());
        Map<String, Variant<?>> options = options("append-if-missing", new Variant<>(List.of("mitigations=off"), "as"));
        options.put("lock-finalization", new Variant<>(true));
        kernelArguments(wire().bootConfig(false).get("options").toString(), List.of(), options);
        assertThat(wire().bootConfig(true)).containsOnlyKeys("staged", "options");
        assertThat(wire().bootConfig(true).get("options").toString().split(" ")).contains(anArgument(), "mitigations=off");
        assertThat(wire().bootConfig(false)).containsKeys("initrd", "linux", "options", "staged", "title", "version");
        assertThat(wire().stageIsLocked(host())).isTrue();
    }

    @Test
    default void losesAllKernelArgumentsThatAreNotHandedIn() throws Exception {
        wire().stageLocked(host().image());
        kernelArguments("", List.of("quiet"), locked());
        assertThat(wire().bootConfig(true).get("options").toString().split(" ")).contains("quiet").doesNotContain(anArgument());
    }

    @ParameterizedTest
    @CsvSource({"none", "wrong type"})
    default void unlocksTheStageWhenKernelArgumentsChangeWithoutTheLockOption(String how) throws Exception {
        wire().stageLocked(host().image());
        Map<String, Variant<?>> options = how.equals("none") ? new LinkedHashMap<>() : options("lock-finalization", new Variant<>("true"));
        kernelArguments(wire().bootConfig(true).get("options").toString(), List.of("quiet"), options);
        wire().finalizeDeployment(host().image().requireDigest().value());
        assertThat(wire().end()).isEqualTo("Staged deployment already unlocked");
    }

    @Test
    default void refusesMethodsThatDoNotExist() {
        assertThatThrownBy(() -> wire().call("Bogus", "s", "x"))
                .isInstanceOfSatisfying(BusError.class, error -> assertThat(error.name()).isEqualTo(BusError.UNKNOWN_METHOD));
        assertThatThrownBy(() -> wire().call("Rebase", "s", "x")).isInstanceOf(BusError.class);
    }

    private void kernelArguments(String existing, List<String> added, Map<String, Variant<?>> options) throws Exception {
        wire().call("KernelArgs", "sasasasa{sv}", existing, added, List.of(), List.of(), options);
        assertThat(wire().end()).isEmpty();
    }

    /** One of the host's own. */
    private String anArgument() throws Exception {
        for (String argument : wire().bootConfig(false).get("options").toString().split(" ")) {
            if (!argument.startsWith("ostree=") && !argument.startsWith("BOOT_IMAGE=")) {
                return argument;
            }
        }
        throw new AssertionError("the host has no kernel arguments of its own");
    }

    private static boolean changes(Signal signal, String property) {
        return signal.member().equals("PropertiesChanged") && ((Map<?, ?>) signal.arguments().get(1)).containsKey(property);
    }
}
