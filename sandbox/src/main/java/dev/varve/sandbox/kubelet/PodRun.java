package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod on its node, as the kubelet remembers it. Knows what happened to its containers, does nothing by itself. */
final class PodRun {
    private final Map<String, ContainerRun> containers = new LinkedHashMap<>();
    private final Instant acceptedAt;
    private final String address;
    private Optional<Instant> startAt;
    private boolean everRan;
    private boolean expired;
    // Counts starts: what an earlier start of this pod still says is of no interest.
    private int start;
    private Optional<Instant> removeAt = Optional.empty();
    private boolean removed;
    private Optional<PodStatus> posted = Optional.empty();
    private boolean ready;
    private Instant readySince;

    PodRun(Pod pod, String address, Instant acceptedAt, Instant startAt) {
        this.acceptedAt = acceptedAt;
        this.readySince = acceptedAt;
        this.address = address;
        this.startAt = Optional.of(startAt);
        for (Container container : pod.getSpec().getContainers()) {
            containers.put(container.getName(), ContainerRun.created(container.getName()));
        }
    }

    /** When it is to be started or restarted; empty while nothing of the kind is planned. */
    Optional<Instant> startAt() {
        return startAt;
    }

    /** Number of the start that the processes belong to. */
    int start() {
        return start;
    }

    boolean hasProcesses() {
        return containers.values().stream().anyMatch(ContainerRun::running);
    }

    List<ContainerRun> containers() {
        return List.copyOf(containers.values());
    }

    void started(Instant now) {
        containers.replaceAll((name, container) -> container.start(now));
        startAt = Optional.empty();
        everRan = true;
        start++;
        noteReadiness(now);
    }

    /** A process has ended. @param restartAt where the pod's policy answers with a restart */
    void exited(String container, int exitCode, String message, Instant now, Optional<Instant> restartAt) {
        containers.computeIfPresent(container, (name, had) ->
                had.running() ? had.exit(exitCode, exitCode == 0 ? "Completed" : "Error", message, now) : had);
        startAt = startAt.or(() -> restartAt);
        noteReadiness(now);
    }

    /** The machine has gone down under it; it starts again at the given time. */
    void recreated(Instant now, Instant again) {
        containers.replaceAll((name, container) -> container.recreate(now));
        startAt = Optional.of(again);
        start++;
        noteReadiness(now);
        posted = Optional.empty();
    }

    /** The machine has gone down under it, and its policy is not to start again. */
    void killed(Instant now) {
        containers.replaceAll((name, container) -> container.state() instanceof ContainerRun.Terminated
                ? container
                : container.exit(137, "ContainerStatusUnknown", "The container could not be located when the pod was terminated", now));
        startAt = Optional.empty();
        start++;
        noteReadiness(now);
        posted = Optional.empty();
    }

    /** It has been active for longer than it may be: whatever runs is killed, and it is never started again. */
    void expired(Instant now) {
        killed(now);
        everRan = true;
        expired = true;
    }

    boolean hasExpired() {
        return expired;
    }

    Optional<Instant> removeAt() {
        return removeAt;
    }

    void terminating(Instant until) {
        removeAt = Optional.of(until);
        startAt = Optional.empty();
        start++;
    }

    boolean removed() {
        return removed;
    }

    void markRemoved() {
        removed = true;
    }

    boolean everRan() {
        return everRan;
    }

    Instant acceptedAt() {
        return acceptedAt;
    }

    String address() {
        return address;
    }

    boolean ready() {
        return ready;
    }

    Instant readySince() {
        return readySince;
    }

    boolean isPosted(PodStatus status) {
        return posted.filter(status::equals).isPresent();
    }

    void posted(PodStatus status) {
        posted = Optional.of(status);
    }

    private void noteReadiness(Instant now) {
        boolean allRun = containers.values().stream().allMatch(ContainerRun::running);
        if (allRun != ready) {
            ready = allRun;
            readySince = now;
        }
    }
}
