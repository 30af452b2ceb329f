package dev.varve.controller.kube.leader;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeadershipTest {
    private static final LeaseTimes TIMES =
            new LeaseTimes(Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofMillis(100));

    private final LeaseServer server = new LeaseServer();
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(Config.empty())
                    .withMasterUrl(server.url())
                    .build())
            .build();
    private final AtomicInteger lost = new AtomicInteger();
    private final Leadership first = leadership("first");
    private final Leadership second = leadership("second");

    private Leadership leadership(String identity) {
        return new Leadership(client, "ns", identity, TIMES, new Leadership.Listener() {
            @Override
            public void won() {}

            @Override
            public void lost() {
                lost.incrementAndGet();
            }
        });
    }

    @AfterEach
    void stop() {
        first.abandon();
        second.abandon();
        client.close();
        server.close();
    }

    private void bothStand() {
        first.start();
        await().until(first::leads);
        second.start();
        await().until(() -> second.leader().isPresent());
    }

    @Test
    void onlyOneLeads() {
        bothStand();

        assertThat(second.leads()).isFalse();
        assertThat(second.leader()).contains("first");
        await().during(Duration.ofSeconds(5)).atMost(8, SECONDS).until(() -> first.leads() && !second.leads());
    }

    @Test
    void aCleanStopHandsOverBeforeTheLeaseRunsOut() {
        bothStand();

        first.close();

        assertThat(first.leads()).isFalse();
        await().atMost(2, SECONDS).until(second::leads);
        assertThat(lost).hasValue(0);
    }

    @Test
    void aCleanStopLeavesNobodyInTheLease() {
        first.start();
        await().until(first::leads);

        first.close();

        assertThat(server.released()).isTrue();
    }

    @Test
    void aKilledLeaderKeepsTheLeaseUntilItRunsOut() {
        bothStand();

        first.abandon();

        assertThat(server.holder()).contains("first");
        await().atMost(10, SECONDS).until(second::leads);
        assertThat(lost).hasValue(0);
    }

    @Test
    void whoCannotRenewStopsBeforeTheLeaseRunsOut() {
        first.start();
        await().until(first::leads);

        server.broken(true);

        await().atMost(TIMES.lease()).until(() -> !first.leads());
        await().until(() -> lost.get() == 1);
    }

    @Test
    void whoSeesAnotherInTheLeaseStops() {
        first.start();
        await().until(first::leads);

        server.seize("intruder");

        await().until(() -> lost.get() == 1);
        assertThat(first.leads()).isFalse();
        assertThat(server.holder()).contains("intruder");
    }

    @Test
    void standsForElectionWhileTheServerIsAway() {
        server.broken(true);
        first.start();
        assertThat(first.leads()).isFalse();

        server.broken(false);

        await().until(first::leads);
    }

    @Test
    void refusesTimesThatCannotWork() {
        assertThatThrownBy(() -> new LeaseTimes(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
