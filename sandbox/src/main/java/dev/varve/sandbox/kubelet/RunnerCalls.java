package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the {@link PodRunner}s: in order for each pod, and never on the thread that has all the other pods to look after. */
final class RunnerCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerCalls.class);

    private static final Duration LAST_CALLS = Duration.ofSeconds(5);

    private final List<PodRunner> runners;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, CompletableFuture<Void>> last = new ConcurrentHashMap<>();

    RunnerCalls(List<PodRunner> runners) {
        this.runners = List.copyOf(runners);
    }

    void started(Pod pod, StatusSink sink) {
        call(pod, runner -> runner.started(pod, sink));
    }

    void stopped(Pod pod) {
        call(pod, runner -> runner.stopped(pod));
    }

    private void call(Pod pod, Consumer<PodRunner> call) {
        Optional<PodRunner> runner = runners.stream().filter(candidate -> candidate.handles(pod)).findFirst();
        if (runner.isEmpty()) {
            return;
        }
        String uid = pod.getMetadata().getUid();
        CompletableFuture<Void> next = last.getOrDefault(uid, CompletableFuture.completedFuture(null))
                .thenRunAsync(() -> guarded(pod, runner.get(), call), threads);
        last.put(uid, next);
        next.thenRun(() -> last.remove(uid, next));
    }

    private static void guarded(Pod pod, PodRunner runner, Consumer<PodRunner> call) {
        try {
            call.accept(runner);
        } catch (RuntimeException | Error failed) {
            // An error, too, must not end the line of calls: a pod that is never started again says nothing.
            LOG.error("runner of {} failed", ClusterException.name(pod), failed);
        }
    }

    /** Lets the calls already made come to their end, for a while. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(LAST_CALLS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
