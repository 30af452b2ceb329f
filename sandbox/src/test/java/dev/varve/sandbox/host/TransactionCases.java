package dev.varve.sandbox.host;

import static dev.varve.sandbox.host.RpmOstreeWire.line;
import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static dev.varve.sandbox.host.RpmOstreeWire.options;
import static dev.varve.sandbox.host.RpmOstreeWire.ownLines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Signal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.Test;

/** How transactions are asked for, joined, followed and left: rpm-ostree-dbus.md 1.6, 7.2, 7.4, 7.5. */
interface TransactionCases extends Cases {

    @Test
    default void namesTheTransactionSocketAsTheHostSeesItAndServesItBelowItsOwnRun() throws Exception {
        assertThat(wire().rebase(host().image(), locked())).isEqualTo("unix:path=/run/rpm-ostree-transaction.sock");
        assertThat(host().run().resolve("rpm-ostree-transaction.sock")).exists();
        assertThat(wire().end()).isEmpty();
    }

    @Test
    default void letsTheSameRequestJoinAndRefusesAnyOther() throws Exception {
        String address = wire().rebase(host().image(), locked());
        try (RpmOstreeWire second = new RpmOstreeWire(host().busSocket(), host().run())) {
            assertThat(second.rebase(host().image(), locked())).isEqualTo(address);
            assertThatThrownBy(() -> second.rebase(host().otherImage(), locked())).isInstanceOfSatisfying(BusError.class, Cases.busy("new-deployment"));
            assertThatThrownBy(() -> second.rebase(host().image(), Map.of())).isInstanceOf(BusError.class);
        }
        wire().end();
    }

    @Test
    default void countsTheOrderOfOptionsWhenItComparesRequests() throws Exception {
        Map<String, Variant<?>> one = locked();
        one.put("initiating-command-line", new Variant<>("x"));
        Map<String, Variant<?>> other = options("initiating-command-line", new Variant<>("x"));
        other.put("lock-finalization", new Variant<>(true));
        wire().rebase(host().image(), one);
        assertThatThrownBy(() -> wire().rebase(host().image(), other)).isInstanceOf(BusError.class);
        wire().end();
    }

    @Test
    default void callsATransactionByItsCommandLineOnceItIsStarted() throws Exception {
        Map<String, Variant<?>> options = locked();
        options.put("initiating-command-line", new Variant<>("varve-agent stage it"));
        wire().rebase(host().image(), options);
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            assertThat(peer.title()).isEqualTo("new-deployment");
            assertThat(peer.start()).isTrue();
            assertThat(peer.title()).isEqualTo("varve-agent stage it");
            assertThatThrownBy(() -> wire().rebase(host().otherImage(), locked())).isInstanceOfSatisfying(BusError.class, Cases.busy("varve-agent stage it"));
            List<Signal> heard = peer.untilFinished();
            assertThat(heard.stream().filter(signal -> signal.member().equals("PropertiesChanged")).map(signal -> signal.arguments().get(1)))
                    .singleElement()
                    .satisfies(changed -> assertThat(RpmOstreeWire.plain(changed)).containsEntry("Title", "varve-agent stage it"));
        }
    }

    @Test
    default void callsOthersByTheirKindFromTheStart() throws Exception {
        wire().cleanup("base");
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            assertThat(peer.title()).isEqualTo("cleanup");
        }
        wire().end();
        wire().call("Rollback", "a{sv}", Map.of());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            assertThat(peer.title()).isEqualTo("rollback");
        }
        wire().end();
    }

    @Test
    default void tellsALateJoinerOfTheEndAgain() throws Exception {
        wire().rebase(host().image(), locked());
        try (RpmOstreeWire.Peer first = wire().peer();
                RpmOstreeWire.Peer second = wire().peer()) {
            assertThat(first.start()).isTrue();
            assertThat(first.untilFinished().getLast().arguments().getFirst()).isEqualTo(true);
            assertThat(second.untilFinished().getLast().member()).isEqualTo("Finished");
            assertThat(second.start()).isFalse();
            assertThat(second.untilFinished()).extracting(Signal::member).containsExactly("Finished");
        }
    }

    @Test
    default void staysTheActiveOneUntilItsPeersHaveLeft() throws Exception {
        wire().rebase(host().image(), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.untilFinished();
            assertThatThrownBy(() -> wire().cleanup("base")).isInstanceOfSatisfying(BusError.class, Cases.busy("rebase"));
            assertThat(wire().sysroot("ActiveTransactionPath")).isEqualTo("unix:path=/run/rpm-ostree-transaction.sock");
        }
        await().until(() -> wire().sysroot("ActiveTransactionPath").equals(""));
        wire().cleanup("base");
        assertThat(wire().end()).isEmpty();
    }

    @Test
    default void closesOnPeersThatDoNotLeave() throws Exception {
        wire().rebase(host().image(), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.untilFinished();
            peer.connection.ended().get(60, TimeUnit.SECONDS);
        }
        await().until(() -> wire().sysroot("ActiveTransactionPath").equals(""));
    }

    @Test
    default void goesOnWithoutItsClientOnceStarted() throws Exception {
        RpmOstreeWire client = new RpmOstreeWire(host().busSocket(), host().run());
        client.rebase(host().image(), locked());
        RpmOstreeWire.Peer peer = client.peer();
        peer.start();
        peer.close();
        client.close();
        await().until(() -> wire().references().size() == 2);
    }

    @Test
    default void dropsATransactionWhoseClientDiesBeforeItStarts() throws Exception {
        RpmOstreeWire client = new RpmOstreeWire(host().busSocket(), host().run());
        client.rebase(host().image(), locked());
        assertThatThrownBy(() -> wire().rebase(host().otherImage(), locked())).isInstanceOf(BusError.class);
        try (RpmOstreeWire.Peer peer = client.peer()) {
            assertThat(peer.title()).isEqualTo("new-deployment");
            client.close();
            peer.connection.ended().get(60, TimeUnit.SECONDS);
            assertThat(peer.connection.signals()).as("no Finished").isEmpty();
        }
        await().until(() -> wire().sysroot("ActiveTransactionPath").equals(""));
        assertThat(wire().references()).hasSize(1);
    }

    @Test
    default void endsACancelledPullWithItsTask() throws Exception {
        wire().rebase(host().image(TestImage.SLOW), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.until("TaskBegin", "[0/");
            peer.cancel();
            assertThat(ownLines(peer.untilFinished()))
                    .containsExactly("TaskEnd done", "Finished false Operation was cancelled");
        }
        assertThat(wire().references()).hasSize(1);
    }

    @Test
    default void acceptsACancelBeforeTheStart() throws Exception {
        wire().rebase(host().image(), locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.cancel();
            assertThat(peer.start()).isTrue();
            assertThat(line(peer.untilFinished().getLast())).isEqualTo("Finished false Operation was cancelled");
        }
    }

    @Test
    default void respectsTheLockOfTheSysroot() throws Exception {
        try (AutoCloseable lock = host().lockSysroot()) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> wire().rebase(host().image(), locked()))
                    .isInstanceOf(BusError.class)
                    .hasMessage(RpmOstreeWire.BUSY + ": System transaction in progress");
        }
        assertThat(wire().sysroot("ActiveTransactionPath")).isEqualTo("");
    }
}
