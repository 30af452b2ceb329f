package dev.varve.agent.loop;

import dev.varve.agent.cluster.NodePatch;
import dev.varve.agent.decide.Activity;
import dev.varve.agent.decide.Decision;
import dev.varve.agent.decide.DrainFilter;
import dev.varve.agent.decide.Host;
import dev.varve.agent.decide.Report;
import dev.varve.agent.decide.Request;
import dev.varve.agent.decide.Step;
import dev.varve.agent.drain.Drain;
import dev.varve.contract.Json;
import dev.varve.contract.Keys;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Carries out a step: tells the Node first, then does it, at once or on the worker. Answers when to look again though nothing
 * happens; empty means that something will.
 */
final class Actor {
    /** The same step is not taken twice within this: facts that lag behind must not make the loop spin. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final AgentLoop.Parts parts;
    private final Clock clock;
    private final Json json;
    private final Worker worker;
    private final Reporter reporter;
    private final Events events;
    private final HostWork hostWork;
    private final Progress progress;
    private final Retry hostRetry;
    private final DrainStory drainStory;
    private Optional<Step> lastDone = Optional.empty();
    private Instant lastDoneAt = Instant.EPOCH;

    Actor(AgentLoop.Parts parts, Clock clock, Worker worker, Reporter reporter, Events events, Progress progress, Retry hostRetry,
            Say say) {
        this.parts = parts;
        this.clock = clock;
        this.json = parts.json();
        this.worker = worker;
        this.reporter = reporter;
        this.events = events;
        this.progress = progress;
        this.hostRetry = hostRetry;
        this.drainStory = new DrainStory(say);
        this.hostWork = new HostWork(parts.host(), parts.credentials(), progress::said, events::foreign);
    }

    Optional<Instant> act(Decision decision, Request request, Host host) {
        Step step = decision.step();
        Map<String, Optional<String>> changes = Report.of(decision, request, host, Activity.NONE, json);
        if (!idle(step) && lastDone.equals(Optional.of(step)) && clock.instant().isBefore(lastDoneAt.plus(AGAIN))) {
            return Optional.of(lastDoneAt.plus(AGAIN));
        }
        return switch (step) {
            case Step.SetCordon _ -> write(step, request, host, cordon(changes, request));
            case Step.Uncordon _ -> write(step, request, host, uncordon(changes));
            case Step.Confirm confirm -> write(step, request, host, confirm.uncordon() ? uncordon(changes) : NodePatch.annotations(changes));
            case Step.Stage stage -> work(step, changes, request, hostWork.stage(stage));
            case Step.FollowTransaction _, Step.CancelTransaction _ -> work(step, changes, request, hostWork.follow());
            case Step.DropStage _ -> work(step, changes, request, hostWork.dropStage());
            case Step.RollBack _ -> work(step, changes, request, hostWork.rollBack());
            case Step.Finalize finalize -> finalizeNow(finalize, changes, request);
            case Step.Drain drain -> drain(drain, request);
            case Step.Wait _, Step.Verify _, Step.Refuse _, Step.Idle _ -> {
                Told told = reporter.tell(changes, request);
                announce(told, changes, host);
                yield told == Told.Outdated ? Optional.of(clock.instant()) : sooner(step.until(), reporter.heldBack());
            }
        };
    }

    /** Says how far the work that is under way has come. */
    Optional<Instant> report(Decision underWay, Request request, Host host) {
        reporter.tell(Report.of(underWay, request, host, progress.activity(), json), request);
        return sooner(underWay.step().until(), reporter.heldBack());
    }

    /** The clock was set: it does not tell how long ago the last step was. */
    void timeSet() {
        lastDoneAt = Instant.EPOCH;
    }

    /** A step that has succeeded. */
    void done(Step step) {
        lastDone = Optional.of(step);
        lastDoneAt = clock.instant();
        events.done(step);
    }

    private static boolean idle(Step step) {
        return step instanceof Step.Wait || step instanceof Step.Verify || step instanceof Step.Refuse || step instanceof Step.Idle;
    }

    private Optional<Instant> write(Step step, Request request, Host host, NodePatch patch) {
        Told told = reporter.write(patch, request);
        announce(told, patch.annotations(), host);
        if (told == Told.No) {
            return reporter.heldBack();
        }
        done(step);
        return Optional.of(clock.instant());
    }

    /** Whoever saw the stage to its end, this life of the agent or an earlier one: the node says now that it is there. */
    private void announce(Told told, Map<String, Optional<String>> changes, Host host) {
        Optional<String> staged = changes.getOrDefault(Keys.STAGED, Optional.empty());
        if (told != Told.No && host.staged().isPresent()) {
            staged.ifPresent(events::staged);
        }
    }

    /** Refused by the API server where somebody has written the Node since: the cordon may be theirs now. */
    private static NodePatch cordon(Map<String, Optional<String>> changes, Request request) {
        var all = new LinkedHashMap<>(changes);
        all.put(Keys.HELD_CORDON, Optional.of(Request.OWN_CORDON));
        return new NodePatch(all, Optional.of(true), Optional.of(request.node().resourceVersion()));
    }

    private static NodePatch uncordon(Map<String, Optional<String>> changes) {
        var all = new LinkedHashMap<>(changes);
        all.put(Keys.HELD_CORDON, Optional.empty());
        return new NodePatch(all, Optional.of(false), Optional.empty());
    }

    /** Host work goes on while the API server is away: a pull needs no cluster. */
    private Optional<Instant> work(
            Step step, Map<String, Optional<String>> changes, Request request, Worker.Task task) {
        if (reporter.tell(changes, request) == Told.Outdated) {
            return Optional.of(clock.instant());
        }
        Optional<Instant> early = hostRetry.early();
        if (early.isPresent()) {
            return early;
        }
        progress.begin();
        worker.start(step, task);
        return step instanceof Step.CancelTransaction ? Optional.of(clock.instant().plus(AGAIN)) : reporter.heldBack();
    }

    /** Written although nothing may have changed: the answer shows whether the grant still stands. */
    private Optional<Instant> finalizeNow(Step.Finalize step, Map<String, Optional<String>> changes, Request request) {
        var all = new LinkedHashMap<>(changes);
        all.put(Keys.PHASE, Optional.of(step.phase().name()));
        Told told = reporter.write(NodePatch.annotations(all), request);
        if (told != Told.Yes) {
            return told == Told.No ? reporter.heldBack() : Optional.of(clock.instant());
        }
        progress.begin();
        worker.start(step, hostWork.finalizeDeployment(step));
        return Optional.empty();
    }

    /** Told as soon as there is a pod that has to go: a node without one goes on to its reboot at once. */
    private Optional<Instant> drain(Step.Drain step, Request request) {
        Optional<Instant> early = reporter.early();
        if (early.isPresent()) {
            return early;
        }
        events.late(step);
        progress.begin();
        var filter = new DrainFilter(request.policy(), parts.podNamespace(), parts.podName());
        var drain = new Drain(parts.api(), clock, Thread::sleep, parts.random(), report -> {
            drainStory.told(report);
            if (report.total() > 0) {
                progress.drained(report);
            }
        });
        worker.start(step, () -> drain.run(filter, step.since(), request.facts().drain(), step.force()));
        return sooner(step.until(), reporter.heldBack());
    }

    static Optional<Instant> sooner(Optional<Instant> one, Optional<Instant> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Instant::compareTo);
    }
}
