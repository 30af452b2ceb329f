package dev.varve.sandbox.host;

import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static dev.varve.sandbox.host.RpmOstreeWire.ownLines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.sandbox.host.bus.BusError;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What users who are not root may do: rpm-ostree-dbus.md 7.3, 7.4. */
interface CallerCases extends Cases {
    /** {@code nobody}; a bus takes only users that its host knows. */
    int NOBODY = 65_534;

    @Test
    default void letsOthersThanRootLookAndNothingElse() throws Exception {
        if (!host().hasNoPolkit()) {
            throw HostUnderTest.cannot("there may be a polkit here, which decides about others and words its refusals");
        }
        try (RpmOstreeWire other = OtherUser.call(NOBODY, () -> new RpmOstreeWire(host().busSocket(), host().run()))) {
            assertThat(other.references()).hasSize(1);
            assertThat(other.osPathOf(wire().osProperty("Name").toString())).isEqualTo(wire().osPath());
            other.reload();
            refused(() -> other.rebase(host().image(), locked()));
            refused(() -> other.cleanup("base"));
            refused(() -> other.call("FinalizeDeployment", "a{sv}", Map.of()));
        }
        assertThat(wire().sysroot("ActiveTransactionPath")).isEqualTo("");
    }

    @Test
    default void letsAnybodyStartAndCancelATransaction() throws Exception {
        wire().rebase(host().image(TestImage.SLOW), locked());
        assertThat(Files.getPosixFilePermissions(host().run().resolve("rpm-ostree-transaction.sock"))).contains(PosixFilePermission.OTHERS_WRITE);
        try (RpmOstreeWire.Peer roots = wire().peer();
                RpmOstreeWire.Peer others = OtherUser.call(NOBODY, wire()::peer)) {
            assertThat(others.start()).isTrue();
            roots.until("TaskBegin", "[0/");
            others.cancel();
            assertThat(ownLines(roots.untilFinished())).containsExactly("TaskEnd done", "Finished false Operation was cancelled");
        }
    }

    private static void refused(HostUnderTest.Act call) {
        assertThatThrownBy(call::now).isInstanceOfSatisfying(BusError.class, error -> {
            assertThat(error.name()).isEqualTo("org.freedesktop.DBus.Error.Failed");
            assertThat(error.text()).startsWith("Authorization error: ").contains("PolicyKit1 was not provided");
        });
    }
}
