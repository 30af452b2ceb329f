package dev.varve.sandbox.host;

import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.sandbox.host.bus.Signal;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The daemon's death, which nobody tells a client of: rpm-ostree-dbus.md 7.1 (4). */
interface DeathCases extends Cases {

    @Test
    default void saysNothingWhenItIsKilledAndHasForgottenTheTransaction() throws Exception {
        wire().bus.match("type='signal',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" + RpmOstreeWire.RPM_OSTREE + "'");
        wire().rebase(host().image(TestImage.SLOW), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.until("TaskBegin", "[0/");
            wire().killRpmOstreed();
            peer.connection.ended().get(60, TimeUnit.SECONDS);
            assertThat(peer.connection.signals()).extracting(Signal::member).doesNotContain("Finished");
        }
        await().until(() -> wire().bus.signals().stream()
                .anyMatch(signal -> signal.member().equals("NameOwnerChanged") && signal.arguments().get(2).equals("")));
        assertThat(wire().sysroot("ActiveTransactionPath")).as("asked, it comes back").isEqualTo("");
        assertThat(wire().references()).hasSize(1);
        wire().stageLocked(host().image());
    }

    @Test
    default void keepsWhatIsStagedWhenItIsKilledBeforeItsPeersHaveLeft() throws Exception {
        wire().rebase(host().image(), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.untilFinished();
            wire().killRpmOstreed();
            peer.connection.ended().get(60, TimeUnit.SECONDS);
        }
        assertThat(wire().deployments().getFirst()).containsEntry("staged", true);
        assertThat(wire().stageIsLocked(host())).isTrue();
        wire().rebase(host().image(), locked());
        assertThat(wire().end()).startsWith("Old and new refs are equal: ");
    }
}
