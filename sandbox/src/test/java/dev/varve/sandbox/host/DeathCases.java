package dev.varve.sandbox.host;

import static dev.varve.sandbox.host.RpmOstreeWire.SIGKILL;
import static dev.varve.sandbox.host.RpmOstreeWire.SIGSTOP;
import static dev.varve.sandbox.host.RpmOstreeWire.SIGTERM;
import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static dev.varve.sandbox.host.RpmOstreeWire.ownLines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.host.bus.BusError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The daemon's death, which nobody tells a client of: rpm-ostree-dbus.md 7.1 (4). */
interface DeathCases extends Cases {
    String NO_REPLY = "org.freedesktop.DBus.Error.NoReply: Message recipient disconnected from message bus without replying";

    @Test
    default void saysNothingWhenItIsKilledAndHasForgottenTheTransaction() throws Exception {
        wire().watchOwner();
        wire().rebase(host().image(TestImage.SLOW), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.until("TaskBegin", "[0/");
            wire().signalRpmOstreed(SIGKILL);
            peer.connection.ended().get(60, TimeUnit.SECONDS);
            assertThat(peer.connection.signals()).as("not even the end of its task").isEmpty();
        }
        wire().untilUnowned();
        assertThat(wire().sysroot("ActiveTransactionPath")).as("asked, it comes back").isEqualTo("");
        assertThat(wire().references()).hasSize(1);
        wire().stageLocked(host().image());
    }

    @Test
    default void givesUpItsNameBeforeItsPeersWhenItIsTerminated() throws Exception {
        wire().watchOwner();
        wire().rebase(host().image(TestImage.SLOW), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.until("TaskBegin", "[0/");
            CompletableFuture<Void> terminated = wire().signalInBackground(SIGTERM);
            wire().untilUnowned();
            assertThat(peer.title()).as("it still answers its peers").isEqualTo("rebase");
            peer.connection.ended().get(60, TimeUnit.SECONDS);
            assertThat(terminated).succeedsWithin(Duration.ofSeconds(60));
            assertThat(ownLines(List.copyOf(peer.connection.signals()))).as("its task ends, and that is all").containsExactly("TaskEnd done");
        }
        assertThat(wire().sysroot("ActiveTransactionPath")).as("asked, it comes back").isEqualTo("");
        assertThat(wire().references()).hasSize(1);
    }

    @Test
    default void leavesCallsInFlightWithoutAReply() throws Exception {
        String before = wire().owner();
        wire().signalRpmOstreed(SIGSTOP);
        CompletableFuture<List<Object>> reload = wire().ask("Reload");
        assertThat(reload).isNotDone();
        wire().signalRpmOstreed(SIGKILL);
        assertThatThrownBy(() -> reload.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(BusError.class)
                .hasMessage(NO_REPLY);
        assertThat(wire().sysroot("ActiveTransactionPath")).as("asked, it comes back").isEqualTo("");
        assertThat(wire().owner()).isNotEqualTo(before);
    }

    @Test
    default void exitsIdleOnceNoClientIsRegistered() throws Exception {
        try (AutoCloseable shortened = host().exitIdleAfter(1);
                RpmOstreeWire client = new RpmOstreeWire(host().busSocket(), host().run())) {
            assertThat(shortened).isNotNull();
            wire().restartRpmOstreed();
            client.register();
            wire().watchOwner();
            assertThat(wire().isUnownedWithin(Duration.ofSeconds(3))).as("leaves although a client is registered").isFalse();
            client.close();
            wire().untilUnowned();
            assertThat(wire().sysroot("ActiveTransactionPath")).as("asked, it comes back").isEqualTo("");
            wire().untilUnowned();
        }
        wire().restartRpmOstreed();
    }

    @Test
    default void keepsTheLayersThatItHadWhenItWasKilled() throws Exception {
        Pullspec image = host().image(TestImage.SLOW_TO_UNPACK);
        wire().rebase(image, locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.until("TaskBegin", "[1/");
            wire().signalRpmOstreed(SIGKILL);
            peer.connection.ended().get(60, TimeUnit.SECONDS);
        }
        assertThat(wire().sysroot("ActiveTransactionPath")).isEqualTo("");
        wire().rebase(image, locked());
        assertThat(ownLines(wire().follow())).contains("Message ostree chunk layers already present: 1").endsWith("Finished true ");
    }

    @Test
    default void keepsWhatIsStagedWhenItIsKilledBeforeItsPeersHaveLeft() throws Exception {
        wire().rebase(host().image(), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.untilFinished();
            wire().signalRpmOstreed(SIGKILL);
            peer.connection.ended().get(60, TimeUnit.SECONDS);
        }
        assertThat(wire().deployments().getFirst()).containsEntry("staged", true);
        assertThat(wire().stageIsLocked(host())).isTrue();
        wire().rebase(host().image(), locked());
        assertThat(wire().end()).startsWith("Old and new refs are equal: ");
    }
}
