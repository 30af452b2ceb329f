package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * One kubelet: starts, restarts and stops the pods bound to its node, while its machine is up. While it is down nothing is
 * posted and nothing is deleted, as when a machine is away.
 */
final class Kubelet {
    // What a pod gets that names no grace period of its own; the API server's default.
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

    private record Exit(String uid, int start, String container, int exitCode, String message) {}

    private final NodeStandIn node;
    private final Api api;
    private final Seen<Pod> pods;
    private final Timings timings;
    private final RunnerCalls runners;
    private final PodLogs logs;
    private final Runnable wake;
    private final Queue<Exit> exits = new ConcurrentLinkedQueue<>();
    private final Map<String, PodRun> runs = new LinkedHashMap<>();
    private final Map<String, Pod> known = new LinkedHashMap<>();
    private Power handled;
    private int serial;

    Kubelet(NodeStandIn node, Api api, Seen<Pod> pods, Timings timings, RunnerCalls runners, PodLogs logs, Runnable wake) {
        this.node = node;
        this.api = api;
        this.pods = pods;
        this.timings = timings;
        this.runners = runners;
        this.logs = logs;
        this.wake = wake;
        this.handled = new Power.Off(Instant.EPOCH);
    }

    String nodeName() {
        return node.name();
    }

    /** @param mine the pods bound to this node */
    Instant turn(List<Pod> mine, Instant now) {
        Power power = node.power();
        if (handled instanceof Power.On was && !was.sameBoot(power)) {
            processesGone();
        }
        if (!(power instanceof Power.On on)) {
            handled = power;
            return ControlLoop.NOTHING_DUE;
        }
        if (!on.sameBoot(handled)) {
            booted(now);
        }
        handled = power;
        noteExits(now);
        forget(mine);
        Instant due = ControlLoop.NOTHING_DUE;
        for (Pod pod : mine) {
            due = ControlLoop.earlier(due, Pods.isTerminating(pod) ? terminate(pod, now) : run(pod, now));
        }
        return due;
    }

    /** The sandbox closes: nothing is posted any more. */
    void close() {
        if (handled instanceof Power.On) {
            processesGone();
        }
    }

    private void processesGone() {
        exits.clear();
        runs.forEach((uid, run) -> {
            if (run.hasProcesses() && run.removeAt().isEmpty()) {
                runners.stopped(pod(uid));
            }
        });
    }

    private void booted(Instant now) {
        runs.forEach((uid, run) -> {
            if (run.everRan() && Pods.restartsNever(pod(uid))) {
                run.killed(now);
            } else {
                run.recreated(now, now.plus(timings.podStart()));
            }
        });
    }

    private void noteExits(Instant now) {
        for (Exit exit = exits.poll(); exit != null; exit = exits.poll()) {
            PodRun run = runs.get(exit.uid());
            if (run == null || run.start() != exit.start()) {
                continue;
            }
            boolean again = Pods.restartsAlways(pod(exit.uid())) || !Pods.restartsNever(pod(exit.uid())) && exit.exitCode() != 0;
            Optional<Instant> restart = again ? Optional.of(now.plus(timings.restartBackOff())) : Optional.empty();
            run.exited(exit.container(), exit.exitCode(), exit.message(), now, restart);
        }
    }

    /** Pods that were deleted over our head. */
    private void forget(List<Pod> mine) {
        var uids = mine.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
        runs.entrySet().removeIf(entry -> {
            boolean gone = !uids.contains(entry.getKey());
            if (gone && entry.getValue().removeAt().isEmpty() && entry.getValue().hasProcesses()) {
                runners.stopped(pod(entry.getKey()));
            }
            return gone;
        });
        known.keySet().retainAll(uids);
        mine.forEach(pod -> known.put(pod.getMetadata().getUid(), pod));
    }

    private Instant run(Pod pod, Instant now) {
        String uid = pod.getMetadata().getUid();
        if (Pods.isFinished(pod)) {
            return ControlLoop.NOTHING_DUE;
        }
        PodRun run = runs.computeIfAbsent(uid, u -> new PodRun(pod, node.podAddress(serial++), now, now.plus(timings.podStart())));
        Instant deadline = deadline(pod, run);
        if (!now.isBefore(deadline) && !run.hasExpired()) {
            if (run.hasProcesses()) {
                runners.stopped(pod);
            }
            run.expired(now);
        } else if (run.startAt().filter(at -> !now.isBefore(at)).isPresent()) {
            run.started(now);
            runners.started(pod, sink(pod, run.start()));
        }
        PodStatus status = PodStatuses.of(pod, run, node);
        if (!run.isPosted(status) && api.patchStatus(pods, pod, status)) {
            run.posted(status);
        }
        return run.hasExpired() ? ControlLoop.NOTHING_DUE : ControlLoop.earlier(deadline, run.startAt().orElse(deadline));
    }

    /** {@code activeDeadlineSeconds}, counted from when the kubelet saw the pod. */
    private static Instant deadline(Pod pod, PodRun run) {
        return Optional.ofNullable(pod.getSpec().getActiveDeadlineSeconds()).map(run.acceptedAt()::plusSeconds).orElse(ControlLoop.NOTHING_DUE);
    }

    private Instant terminate(Pod pod, Instant now) {
        PodRun run = runs.get(pod.getMetadata().getUid());
        if (run == null || !run.hasProcesses() && run.removeAt().isEmpty()) {
            api.deleteNow(pods, pod);
            return ControlLoop.NOTHING_DUE;
        }
        if (run.removeAt().isEmpty()) {
            run.terminating(now.plus(grace(pod)));
            runners.stopped(pod);
        }
        Instant removeAt = run.removeAt().orElse(now);
        if (now.isBefore(removeAt)) {
            return removeAt;
        }
        if (!run.removed()) {
            // Once: a pod with finalizers stays for a while, and its kubelet has no more to say.
            run.markRemoved();
            api.deleteNow(pods, pod);
        }
        return ControlLoop.NOTHING_DUE;
    }

    private Duration grace(Pod pod) {
        Duration asked = Optional.ofNullable(pod.getMetadata().getDeletionGracePeriodSeconds()).map(Duration::ofSeconds).orElse(DEFAULT_GRACE);
        return asked.compareTo(timings.podTerminate()) < 0 ? asked : timings.podTerminate();
    }

    private StatusSink sink(Pod pod, int start) {
        return new StatusSink() {
            @Override
            public void exited(String container, int exitCode, String message) {
                exits.add(new Exit(pod.getMetadata().getUid(), start, container, exitCode, message));
                wake.run();
            }

            @Override
            public void log(String container, String line) {
                logs.append(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), container, line);
            }
        };
    }

    private Pod pod(String uid) {
        return Objects.requireNonNull(known.get(uid), "pod " + uid + " has a run and is not known");
    }
}
