package dev.varve.controller;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.controller.http.HttpException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs a controller until it is told to stop (exit code 0) or has lost its lease (1). Settings that cannot be right end it
 * at once with one sentence (2).
 */
public final class Main {
    private static final int LOST = 1;
    private static final int UNUSABLE = 2;
    /** Of the client's own retries; the queue has better ones. */
    private static final int CLIENT_RETRIES = 2;

    /**
     * The first warns of each kind of v1alpha1 that is read, as if there were a choice; the second prints a page for each request
     * that failed, and tries again. Kept: a logger that nobody holds loses its level.
     */
    private static final List<Logger> TALKATIVE = List.of(
            Logger.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils"),
            Logger.getLogger("io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector"));

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        TALKATIVE.forEach(logger -> logger.setLevel(Level.SEVERE));
        ControllerConfig config;
        try {
            config = Settings.read(System.getenv());
        } catch (IllegalArgumentException wrong) {
            System.err.println("varve-controller: " + wrong.getMessage());
            System.exit(UNUSABLE);
            return;
        }
        run(config);
    }

    private static void run(ControllerConfig config) throws InterruptedException {
        try (KubernetesClient client = client()) {
            // halt: an exit would run the hook below, which waits for what must not go on.
            var controller = new Controller(config, client, Clock.systemUTC(), () -> Runtime.getRuntime().halt(LOST));
            controller.start();
            Runtime.getRuntime().addShutdownHook(new Thread(controller::close, "varve-shutdown"));
            new CountDownLatch(1).await();
        } catch (HttpException | KubernetesClientException unusable) {
            System.err.println("varve-controller: " + unusable.getMessage());
            System.exit(UNUSABLE);
        }
    }

    private static KubernetesClient client() {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withOnlyHttpWatches(true)
                .withRequestRetryBackoffLimit(CLIENT_RETRIES)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                // No search of the class path for models: all that we read is typed or generic.
                .withKubernetesSerialization(new KubernetesSerialization(new ObjectMapper(), false))
                .build();
    }
}
