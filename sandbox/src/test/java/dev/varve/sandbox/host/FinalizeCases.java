package dev.varve.sandbox.host;

import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static dev.varve.sandbox.host.RpmOstreeWire.ownLines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.sandbox.host.bus.BusError;
import java.util.Map;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a stage is finalised or refused, who blocks it, and a reboot that does not come: rpm-ostree-dbus.md 7.1 (3, 5), 7.2, 7.4. */
interface FinalizeCases extends Cases {

    @Test
    default void checksWhatItFinalizes() throws Exception {
        wire().finalizeDeployment("x");
        assertThat(wire().end()).isEqualTo("No pending staged deployment found");
        wire().stageLocked(host().image());
        wire().call("FinalizeDeployment", "a{sv}", Map.of());
        assertThat(wire().end()).isEqualTo("Missing expected checksum");
        wire().finalizeDeployment("0");
        assertThat(wire().end()).isEqualTo("Expected staged base checksum 0, but found " + host().image().requireDigest());
    }

    @Test
    default void doesNotFinalizeWhatIsUnlockedAlready() throws Exception {
        wire().rebase(host().image(), Map.of());
        assertThat(wire().end()).isEmpty();
        finalizeImage();
        assertThat(wire().end()).isEqualTo("Staged deployment already unlocked");
    }

    @Test
    default void namesWhoBlocksTheReboot() throws Exception {
        wire().stageLocked(host().image());
        try (AutoCloseable backup = host().inhibit("backup", "writes a tape", "block")) {
            assertThat(backup).isNotNull();
            finalizeImage();
            String one = "Reboot blocked by a systemd inhibitor lock in `block` mode\nHeld by: backup\nReason: writes a tape";
            assertThat(wire().end()).isEqualTo(one);
            try (AutoCloseable other = host().inhibit("backup", "writes a tape", "block")) {
                assertThat(other).isNotNull();
                finalizeImage();
                assertThat(wire().end()).startsWith(one + "\nand 1 other blocking inhibitor lock(s)");
            }
        }
        assertThat(wire().stageIsLocked(host())).isTrue();
    }

    @Test
    default void leavesAnUnlockedStageWhereItsRebootIsBlocked() throws Exception {
        try (AutoCloseable backup = host().inhibit("backup", "writes a tape", "block")) {
            assertThat(backup).isNotNull();
            wire().rebase(host().image(), RpmOstreeWire.options("reboot", new Variant<>(true)));
            assertThat(wire().end()).startsWith("Reboot blocked by a systemd inhibitor lock in `block` mode");
        }
        assertThat(wire().deployments().getFirst()).containsEntry("staged", true);
        assertThat(wire().stageIsLocked(host())).isFalse();
        wire().cleanup("pending-deploy");
        assertThat(wire().end()).isEmpty();
        assertThat(wire().references()).hasSize(1);
    }

    @Test
    default void doesNotFinalizeWithoutLogind() throws Exception {
        wire().stageLocked(host().image());
        host().endLogind();
        finalizeImage();
        assertThat(wire().end())
                .startsWith("Checking systemd inhibitor locks: GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.login1 was not provided");
        assertThat(wire().stageIsLocked(host())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"delay", "block-weak"})
    default void isNotHeldUpByAnInhibitorThatDoesNotBlock(String mode) throws Exception {
        host().loseReboots();
        wire().stageLocked(host().image());
        try (AutoCloseable weak = host().inhibit("kubelet", "drains", mode)) {
            assertThat(weak).isNotNull();
            finalizeImage();
            assertThat(wire().end()).isEmpty();
        }
        assertThat(wire().stageIsLocked(host())).isFalse();
    }

    @Test
    default void saysOnlyFinishedWhenItFinalizesAndThenTakesNoNewTransaction() throws Exception {
        host().loseReboots();
        wire().stageLocked(host().image());
        finalizeImage();
        assertThat(ownLines(wire().follow())).containsExactly("Finished true ");
        wire().reload();
        await().until(() -> wire().sysroot("ActiveTransactionPath").equals(""));
        assertThatThrownBy(() -> wire().rebase(host().otherImage(), locked()))
                .isInstanceOf(BusError.class)
                .hasMessage(RpmOstreeWire.FAILED + ": Reboot initiated, cannot start new transaction");
        assertThat(wire().stageIsLocked(host())).isFalse();
    }

    @Test
    default void forgetsARebootThatDidNotComeWithItsDaemon() throws Exception {
        host().loseReboots();
        wire().stageLocked(host().image());
        finalizeImage();
        assertThat(wire().end()).isEmpty();
        wire().restartRpmOstreed();
        assertThat(wire().deployments().getFirst()).containsEntry("staged", true);
        finalizeImage();
        assertThat(wire().end()).isEqualTo("Staged deployment already unlocked");
    }

    private void finalizeImage() throws Exception {
        wire().finalizeDeployment(host().image().requireDigest().value());
    }
}
