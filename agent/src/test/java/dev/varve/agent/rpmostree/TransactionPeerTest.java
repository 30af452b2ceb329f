package dev.varve.agent.rpmostree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.agent.host.HostException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transaction that talks too much, too long, or nonsense. */
class TransactionPeerTest {
    private static final String INTERFACE = Daemon.NAME + ".Transaction";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private FakeBus bus;

    @BeforeEach
    void begin() throws IOException {
        bus = new FakeBus(directory.resolve("peer"));
    }

    @AfterEach
    void end() throws IOException {
        bus.close();
    }

    /** Nobody listens while they come: what waits is bounded, and the end is not lost. */
    @Test
    void tenMebibytesOfMessagesAreNotKeptAndTheEndIsHeard() throws Exception {
        String line = "x".repeat(1024);
        var sent = new CountDownLatch(1);
        bus.answer("Start", (call, channel) -> {
            FakeBus.values("").to(call, channel);
            for (int i = 0; i < 10 * 1024; i++) {
                FakeBus.signal(channel, "/", INTERFACE, "Message", "s", line);
            }
            FakeBus.signal(channel, "/", INTERFACE, "Finished", "bs", true, "done");
            sent.countDown();
        });
        List<String> told = new ArrayList<>();
        try (var peer = new TransactionPeer(directory.resolve("peer"), PATIENCE)) {
            peer.start("pull");
            assertThat(sent.await(20, TimeUnit.SECONDS)).isTrue();
            peer.await("pull", PATIENCE, told::add);
        }
        // What the socket still held when the listening began comes to the thousand that waited.
        assertThat(told).hasSizeBetween(1, 3_000);
    }

    @Test
    void aLineOfTenMebibytesIsCut() throws Exception {
        bus.answer("Start", (call, channel) -> {
            FakeBus.values("").to(call, channel);
            FakeBus.signal(channel, "/", INTERFACE, "Message", "s", "x".repeat(10 << 20));
            FakeBus.signal(channel, "/", INTERFACE, "Finished", "bs", true, "done");
        });
        List<String> told = new ArrayList<>();
        try (var peer = new TransactionPeer(directory.resolve("peer"), PATIENCE)) {
            peer.start("pull");
            peer.await("pull", PATIENCE, told::add);
        }
        assertThat(told).singleElement().asString().hasSize(2_000);
    }

    /** Often: answer and end come at once, and either may be seen first. */
    @RepeatedTest(100)
    void anEndThatIsNonsenseWasNotHeard() throws Exception {
        bus.answer("Start", (call, channel) -> {
            FakeBus.values("").to(call, channel);
            FakeBus.signal(channel, "/", INTERFACE, "Finished", "s", "yes");
        });
        try (var peer = new TransactionPeer(directory.resolve("peer"), PATIENCE)) {
            peer.start("pull");
            assertThatThrownBy(() -> peer.await("pull", PATIENCE, _ -> {}))
                    .isInstanceOfSatisfying(HostException.class, failed -> assertThat(failed.errorName()).isEqualTo(Link.DISCONNECTED));
        }
    }
}
