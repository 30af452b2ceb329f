package dev.varve.sandbox.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Informers, as the controller and the agents run them, over what an API server may do to them. */
final class InformerTest {
    private static final WatchStream.Pace PACE = new WatchStream.Pace(100, Duration.ofMillis(50), Duration.ofMillis(50));

    @Test
    void anInformerFindsItsWayAfterTheServerStartedAnewWithOtherObjects() {
        ApiServer first = ApiServer.start(0, List.of(), PACE);
        int port = first.url().getPort();
        Config config = new ConfigBuilder(Config.empty()).withMasterUrl(first.url().toString()).withOnlyHttpWatches(true)
                .withWatchReconnectInterval(50).withRequestRetryBackoffLimit(0).build();
        try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
            client.resource(named("old")).create();
            try (var informer = client.nodes().runnableInformer(0).exceptionHandler((_, _) -> true)) {
                informer.start().toCompletableFuture().join();
                assertThat(informer.getStore().list()).extracting(node -> node.getMetadata().getName()).containsExactly("old");
                first.close();
                await().until(() -> first.watches() == 0);
                try (ApiServer second = ApiServer.start(port, List.of(), PACE)) {
                    await().ignoreExceptions().until(() -> client.resource(named("new")).create() != null);
                    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(informer.getStore().list())
                            .extracting(node -> node.getMetadata().getName()).containsExactly("new"));
                    assertThat(second.watches()).isPositive();
                }
            }
        } finally {
            first.close();
        }
    }

    @Test
    void bookmarksAndHeartbeatsAreNoEvents() {
        try (ApiServer server = ApiServer.start(0, List.of(), PACE);
                KubernetesClient client = new KubernetesClientBuilder().withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(server.url().toString()).withOnlyHttpWatches(true).build()).build();
                var informer = client.nodes().inform()) {
            await().during(Duration.ofMillis(300)).until(() -> server.watches() == 1 && informer.isWatching());
            client.resource(named("late")).create();
            await().untilAsserted(() -> assertThat(informer.getStore().list()).hasSize(1));
            assertThat(server.watches()).isEqualTo(1);
        }
    }

    private static Node named(String name) {
        return new NodeBuilder().withNewMetadata().withName(name).endMetadata().build();
    }
}
