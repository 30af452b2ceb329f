package dev.varve.agent.loop;

import dev.varve.agent.decide.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out one long step at a time, on a thread of its own. */
final class Worker {
    private final Runnable wake;
    private final List<Finished> finished = new ArrayList<>();
    private @Nullable Step step;
    private @Nullable Thread thread;
    private boolean interrupted;

    /** A step that takes long. */
    @FunctionalInterface
    interface Task {
        void run() throws InterruptedException;
    }

    /**
     * How a step ended.
     *
     * @param interrupted we ended it: how it failed says nothing
     * @param failure empty where it succeeded
     */
    record Finished(Step step, boolean interrupted, Optional<RuntimeException> failure) {}

    /** @param wake called when a step has ended */
    Worker(Runnable wake) {
        this.wake = wake;
    }

    /** The step that runs, or that has ended and was not taken yet. */
    synchronized Optional<Step> running() {
        return Optional.ofNullable(step).or(() -> finished.stream().map(Finished::step).findFirst());
    }

    synchronized void start(Step next, Task task) {
        if (running().isPresent()) {
            throw new IllegalStateException("still busy with " + running().get());
        }
        step = next;
        interrupted = false;
        thread = Thread.ofPlatform().daemon().name("varve-worker").start(() -> run(next, task));
    }

    /** Ends the step that runs; {@link #take} tells when it has ended. */
    synchronized void interrupt() {
        if (thread != null) {
            interrupted = true;
            thread.interrupt();
        }
    }

    /** What has ended since the last call. */
    synchronized List<Finished> take() {
        List<Finished> taken = List.copyOf(finished);
        finished.clear();
        return taken;
    }

    private void run(Step running, Task task) {
        Optional<RuntimeException> failure = Optional.empty();
        boolean cut = false;
        try {
            task.run();
        } catch (InterruptedException ended) {
            cut = true;
        } catch (RuntimeException failed) {
            failure = Optional.of(failed);
        } catch (Error broken) {
            // Whatever it was, the step has not succeeded: a drain that ran out of memory must not pass for a drained node.
            failure = Optional.of(new IllegalStateException(running.phase() + " ended in " + broken, broken));
        }
        end(running, cut, failure);
    }

    private void end(Step ended, boolean cut, Optional<RuntimeException> failure) {
        synchronized (this) {
            finished.add(new Finished(ended, cut || interrupted && failure.isPresent(), failure));
            step = null;
            thread = null;
        }
        wake.run();
    }
}
