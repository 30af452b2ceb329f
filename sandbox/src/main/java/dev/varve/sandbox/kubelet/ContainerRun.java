package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import java.time.Instant;
import java.util.Optional;

/**
 * One container of a started pod.
 *
 * @param last how it ended before its last restart
 */
record ContainerRun(String name, State state, int restarts, Optional<Terminated> last) {

    sealed interface State {
        ContainerState toStatus();
    }

    record Waiting(String reason) implements State {
        @Override
        public ContainerState toStatus() {
            return new ContainerStateBuilder().withNewWaiting().withReason(reason).endWaiting().build();
        }
    }

    record Running(Instant since) implements State {
        @Override
        public ContainerState toStatus() {
            return new ContainerStateBuilder().withNewRunning(Nodes.timestamp(since)).build();
        }
    }

    record Terminated(int exitCode, String reason, String message, Instant startedAt, Instant finishedAt) implements State {
        @Override
        public ContainerState toStatus() {
            return new ContainerStateBuilder()
                    .withNewTerminated()
                    .withExitCode(exitCode)
                    .withReason(reason)
                    .withMessage(message.isEmpty() ? null : message)
                    .withStartedAt(Nodes.timestamp(startedAt))
                    .withFinishedAt(Nodes.timestamp(finishedAt))
                    .endTerminated()
                    .build();
        }
    }

    static ContainerRun created(String name) {
        return new ContainerRun(name, new Waiting("ContainerCreating"), 0, Optional.empty());
    }

    boolean running() {
        return state instanceof Running;
    }

    /** From Waiting: the first start. From Terminated: a restart. */
    ContainerRun start(Instant now) {
        return switch (state) {
            case Waiting waiting -> new ContainerRun(name, new Running(now), restarts, last);
            case Running running -> this;
            case Terminated ended -> new ContainerRun(name, new Running(now), restarts + 1, Optional.of(ended));
        };
    }

    ContainerRun exit(int exitCode, String reason, String message, Instant now) {
        Instant since = state instanceof Running running ? running.since() : now;
        return new ContainerRun(name, new Terminated(exitCode, reason, message, since, now), restarts, last);
    }

    /** Its process is gone with the machine and will be made anew: not a word of it until then but that it waits. */
    ContainerRun recreate(Instant now) {
        Terminated ended = state instanceof Terminated terminated ? terminated
                : new Terminated(255, "Unknown", "", state instanceof Running running ? running.since() : now, now);
        boolean ran = !(state instanceof Waiting);
        return new ContainerRun(name, new Waiting("ContainerCreating"), restarts + (ran ? 1 : 0), ran ? Optional.of(ended) : last);
    }
}
