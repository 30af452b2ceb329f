package dev.varve.bench.builds;

import dev.varve.bench.BenchException;
import dev.varve.contract.Keys;
import dev.varve.sandbox.Seeing;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** When a watcher first saw what of builds and their pods; nanoseconds of {@link System#nanoTime}. */
final class Moments implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Map<String, CompletableFuture<Long>> seen = new ConcurrentHashMap<>();
    private final List<AutoCloseable> watches;

    Moments(KubernetesClient client) {
        watches = List.of(
                client.pods().inNamespace(Guide.NAMESPACE).withLabel(Keys.ON_CLUSTER_LAYERING).inform(new Seeing<Pod>(this::saw)),
                client.genericKubernetesResources(Guide.BUILDS).inform(new Seeing<GenericKubernetesResource>(this::saw)));
    }

    /** @throws BenchException where it does not come */
    long created(String pod) {
        return await(pod + " created");
    }

    /** @throws BenchException where it does not come */
    long pushed(String pod) {
        return await(pod + " pushed");
    }

    /** @throws BenchException where it does not come */
    long succeeded(String build) {
        return await(build + " succeeded");
    }

    private void saw(Pod pod) {
        String name = pod.getMetadata().getName();
        note(name + " created");
        pod.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getName().equals("image-push") && status.getState() != null && status.getState().getTerminated() != null)
                .forEach(_ -> note(name + " pushed"));
    }

    private void saw(GenericKubernetesResource build) {
        if (build.get("status", "conditions") instanceof List<?> conditions && conditions.stream().anyMatch(
                condition -> condition instanceof Map<?, ?> map && "Succeeded".equals(map.get("type")) && "True".equals(map.get("status")))) {
            note(build.getMetadata().getName() + " succeeded");
        }
    }

    private void note(String moment) {
        of(moment).complete(System.nanoTime());
    }

    private CompletableFuture<Long> of(String moment) {
        return seen.computeIfAbsent(moment, _ -> new CompletableFuture<>());
    }

    private long await(String moment) {
        try {
            return of(moment).get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException late) {
            throw new BenchException("never seen in " + LONGEST.toSeconds() + " s: " + moment, late);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", ended);
        }
    }

    @Override
    public void close() {
        for (AutoCloseable watch : watches) {
            try {
                watch.close();
            } catch (Exception failed) {
                throw new BenchException("cannot end a watch", failed);
            }
        }
    }
}
