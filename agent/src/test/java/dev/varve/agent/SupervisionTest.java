package dev.varve.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.loop.Situation;
import dev.varve.contract.Phase;
import dev.varve.systemd.ServiceNotices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SupervisionTest {
    @TempDir
    Path directory;

    @Test
    void theServiceManagerHearsTheWholeLife() throws Exception {
        try (var manager = new DatagramReader(socket())) {
            try (var supervision = new Supervision(notices(Map.of()))) {
                supervision.begins(_ -> false);
                supervision.about(new Situation(Phase.Draining, "evicts the node's pods", Optional.empty(), 1));
            }
            assertThat(manager.next()).isEqualTo("READY=1\n");
            assertThat(manager.next()).isEqualTo("STATUS=Draining: evicts the node's pods\n");
            assertThat(manager.next()).isEqualTo("STOPPING=1\n");
        }
    }

    @Test
    void theWatchdogIsFedWhileTheLoopIsAlive() throws Exception {
        try (var manager = new DatagramReader(socket());
                var supervision = new Supervision(notices(Map.of("WATCHDOG_USEC", "200000")))) {
            supervision.begins(_ -> false);
            assertThat(manager.next()).isEqualTo("READY=1\n");
            for (int i = 0; i < 3; i++) {
                assertThat(manager.next()).isEqualTo("WATCHDOG=1\n");
            }
        }
    }

    @Test
    void theWatchdogOfAStuckLoopStarves() throws Exception {
        var stuck = new AtomicBoolean();
        var asked = new CountDownLatch(3);
        try (var manager = new DatagramReader(socket())) {
            try (var supervision = new Supervision(notices(Map.of("WATCHDOG_USEC", "200000")))) {
                supervision.begins(limit -> {
                    assertThat(limit).isEqualTo(Duration.ofMillis(200));
                    if (stuck.get()) {
                        asked.countDown();
                    }
                    return stuck.getAndSet(true);
                });
                asked.await();
            }
            assertThat(manager.next()).isEqualTo("READY=1\n");
            assertThat(manager.next()).isEqualTo("WATCHDOG=1\n");
            assertThat(manager.next()).isEqualTo("STOPPING=1\n");
        }
    }

    private String socket() {
        return directory.resolve("notify").toString();
    }

    private ServiceNotices notices(Map<String, String> more) {
        var environment = new HashMap<>(more);
        environment.put("NOTIFY_SOCKET", socket());
        return ServiceNotices.from(environment, complaint -> {
            throw new AssertionError(complaint);
        });
    }
}
