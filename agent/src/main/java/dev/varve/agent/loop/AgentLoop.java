package dev.varve.agent.loop;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.credentials.HostCredentials;
import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Decision;
import dev.varve.agent.decide.FailureClass;
import dev.varve.agent.decide.Host;
import dev.varve.agent.decide.NodePolicy;
import dev.varve.agent.decide.NodeView;
import dev.varve.agent.decide.Report;
import dev.varve.agent.decide.Request;
import dev.varve.agent.decide.Step;
import dev.varve.agent.host.HostException;
import dev.varve.agent.host.HostOs;
import dev.varve.agent.state.StateException;
import dev.varve.agent.state.AttemptStore;
import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Durations;
import dev.varve.contract.Json;
import dev.varve.contract.MessageId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The agent's loop. An event only wakes it; every turn reads all facts anew, decides, saves, reports and acts, so that a
 * crash at any line is followed by the same turn again.
 */
public final class AgentLoop implements AutoCloseable {
    /** A pull that says nothing for so long is cancelled and tried again (agent.md section 4). */
    private static final Duration STALLED = Duration.ofMinutes(10);
    /** For the loop's thread to come to its end. */
    private static final long FAREWELL_MILLIS = 5_000;

    private final Parts parts;
    private final SteadyClock clock;
    private final Wake wake = new Wake();
    private final Say say;
    private final NodePolicy policy = new NodePolicy();
    private final Worker worker = new Worker(wake::up);
    private final Progress progress;
    private final Memory memory;
    private final Outcomes outcomes;
    private final Retry clusterRetry;
    private final Retry hostRetry;
    private final Retry loopRetry;
    private final Reporter reporter;
    private final Events events;
    private final Actor actor;
    private final Thread thread = Thread.ofPlatform().daemon().name("varve-loop").unstarted(this::run);

    private volatile boolean closed;
    /** Of {@link System#nanoTime}, since clocks jump; 0 while it waits. */
    private volatile long turnBegan;
    private AgentPolicy.Retry waits = AgentPolicy.Retry.DEFAULT;
    private String seen = "";
    private boolean drained;
    private boolean renewed;

    /**
     * What the loop joins.
     *
     * @param situation is told what each decision is about, before it is carried out
     * @param podNamespace of the agent's own pod, with {@code podName}: a drain leaves it alone
     */
    public record Parts(
            NodeApi api,
            HostOs host,
            HostCredentials credentials,
            AttemptStore file,
            Json json,
            Clock clock,
            RandomGenerator random,
            String podNamespace,
            String podName,
            Consumer<Situation> situation) {}

    public AgentLoop(Parts parts) {
        this.parts = parts;
        this.clock = new SteadyClock(parts.clock(), System::nanoTime);
        this.say = new Say(parts.situation());
        this.progress = new Progress(clock, wake::up);
        this.memory = new Memory(parts.file(), clock, say);
        this.outcomes = new Outcomes(clock, parts.random());
        this.clusterRetry = new Retry(clock, parts.random());
        this.hostRetry = new Retry(clock, parts.random());
        this.loopRetry = new Retry(clock, parts.random());
        this.reporter = new Reporter(parts.api(), parts.json(), clock, clusterRetry, say);
        this.events = new Events(parts.api(), say);
        this.actor = new Actor(parts, clock, worker, reporter, events, progress, hostRetry, say);
    }

    public void start() {
        parts.api().onChange(wake::up);
        parts.host().onChange(wake::up);
        parts.credentials().onChange(wake::up);
        thread.start();
    }

    /**
     * Ends the loop where it stands, as a kill would: nothing more is written, and a transaction of the host goes on. Work
     * that is under way ends when its own host or API is closed.
     */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        worker.running().filter(Step.Drain.class::isInstance).ifPresent(_ -> worker.interrupt());
        try {
            // By milliseconds, which takes a thread that was never started for one that has ended.
            thread.join(FAREWELL_MILLIS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                wake.await(turnOrRetry(), clock.instant());
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    /** Whether one turn has taken longer than that, or no turn will ever come. From any thread. */
    public boolean stuck(Duration limit) {
        long began = turnBegan;
        return !thread.isAlive() || began != 0 && System.nanoTime() - began > limit.toNanos();
    }

    private Optional<Instant> turnOrRetry() {
        turnBegan = System.nanoTime() | 1;
        try {
            Optional<Instant> next = turn();
            loopRetry.succeeded();
            return next;
        } catch (StateException unsaved) {
            return closed ? Optional.empty() : unsaved(unsaved);
        } catch (RuntimeException failed) {
            if (closed) {
                return Optional.empty();
            }
            say.broken("a turn of the loop failed; it is tried again", failed);
            return Optional.of(loopRetry.failed());
        } finally {
            turnBegan = 0;
        }
    }

    private Optional<Instant> turn() {
        followClock();
        absorb();
        Optional<Step> running = worker.running(); // Before the facts are read: what ends meanwhile leaves them out of date.
        bringCredentials(running.isPresent());
        Optional<NodeView> node = parts.api().node();
        if (node.isEmpty()) {
            say.waits("waits for the API server's first word about this node");
            return Optional.empty();
        }
        Request request = request(node.get());
        Attempt attempt = memory.attempt();
        memory.lost().ifPresent(events::memoryLost);
        Host host;
        try {
            host = parts.host().observe();
        } catch (RuntimeException away) {
            // Our own end, which interrupts, is no trouble of the host's: the last word on the node would be about it.
            return closed ? Optional.empty() : unreachable(request, host("look at the host", away));
        }
        say.begins(host, attempt);
        return act(policy.decide(request, host, attempt, clock.instant()), running, request, host);
    }

    /** Nobody's deadline comes nearer or goes away because somebody set the clock. */
    private void followClock() {
        Duration set = clock.follow();
        if (!set.isZero()) {
            say.happened(true, MessageId.CLOCK_SET, "the host's clock was set " + (set.isNegative() ? "back" : "forward") + " by " + Durations.text(set.abs())
                    + "; what is under way is as old as it was");
            List.of(clusterRetry, hostRetry, loopRetry).forEach(Retry::succeeded);
            reporter.timeSet();
            progress.timeSet();
            actor.timeSet();
            memory.keep(memory.attempt().shifted(set));
        }
    }

    /** New credentials end the wait for them, also that of a pull which was under way with the old ones. */
    private void bringCredentials(boolean busy) {
        if (parts.credentials().changed()) {
            String problem = parts.credentials().bring();
            if (!problem.isEmpty()) {
                say.wrong(problem);
            }
            renewed = true;
        }
        Instant now = clock.instant();
        boolean waits = memory.attempt().trouble()
                .filter(trouble -> trouble.kind() == FailureClass.Credentials && trouble.holds(now))
                .isPresent();
        if (renewed && waits) {
            memory.keep(memory.attempt().retryNow(now));
        }
        renewed &= busy;
    }

    private Request request(NodeView node) {
        if (!node.resourceVersion().equals(seen)) {
            seen = node.resourceVersion();
            clusterRetry.succeeded(); // The API server has spoken: no need to wait for it.
        }
        drained = drained && node.unschedulable();
        Request request = Request.of(node, drained, parts.json());
        waits = request.policy().retry();
        return request;
    }

    private Optional<Instant> act(Decision decision, Optional<Step> running, Request request, Host host) {
        if (running.isPresent()) {
            return underWay(running.get(), decision, request, host);
        }
        Attempt before = memory.attempt();
        drained = drained && before.target().equals(decision.attempt().target());
        memory.keep(decision.attempt());
        say.step(decision);
        events.skipped(before, decision.attempt());
        return actor.act(decision, request, host);
    }

    private Optional<Instant> underWay(Step running, Decision decision, Request request, Host host) {
        Optional<Instant> stalls = stalls(running);
        boolean stalled = stalls.filter(at -> !clock.instant().isBefore(at)).isPresent();
        if (stalled || !Superseded.keeps(running, decision)) {
            worker.interrupt();
            return Optional.empty();
        }
        if (decision.step() instanceof Step.Drain drain) {
            events.late(drain);
        }
        Step shown = decision.step() instanceof Step.Drain ? decision.step() : running;
        return Actor.sooner(actor.report(new Decision(memory.attempt(), shown), request, host), stalls);
    }

    private Optional<Instant> stalls(Step running) {
        boolean pulls = running instanceof Step.Stage
                || running instanceof Step.FollowTransaction follow && follow.transaction().ours();
        return pulls ? Optional.of(progress.heard().plus(STALLED)) : Optional.empty();
    }

    /** Takes in what the worker has finished. */
    private void absorb() {
        for (Worker.Finished finished : worker.take()) {
            Step step = finished.step();
            if (finished.failure().isPresent()) {
                failed(step, finished.interrupted(), finished.failure().get());
            } else if (!finished.interrupted()) {
                memory.keep(outcomes.succeeded(memory.attempt(), step));
                drained = drained || step instanceof Step.Drain;
                hostRetry.succeeded();
                say.right();
                actor.done(step);
            }
        }
    }

    /** Whatever the host says, and however it says it, is an answer of the host. */
    private static HostException host(String operation, RuntimeException failure) {
        return failure instanceof HostException known
                ? known
                : new HostException(operation, "its answer is not understood: " + failure, failure);
    }

    private void failed(Step step, boolean interrupted, RuntimeException failure) {
        drained = false;
        if (interrupted) {
            if (stalls(step).filter(at -> !clock.instant().isBefore(at)).isPresent()) {
                memory.keep(outcomes.failed(memory.attempt(), step, Outcomes.stalled(STALLED), waits));
            }
            return;
        }
        RuntimeException known = step instanceof Step.Drain ? failure : host(step.phase().name(), failure);
        Attempt after = outcomes.failed(memory.attempt(), step, known, waits);
        if (!(failure instanceof HostException) && !(failure instanceof ClusterException)) {
            say.broken(step.phase() + " failed", failure);
        } else {
            say.wrong(String.valueOf(failure.getMessage()));
        }
        if (failure instanceof ClusterException) {
            clusterRetry.failed();
        } else if (after.equals(memory.attempt())) {
            hostRetry.failed();
        }
        memory.keep(after);
    }

    private Optional<Instant> unreachable(Request request, HostException away) {
        say.wrong(String.valueOf(away.getMessage()));
        String sentence = "the host cannot be asked: " + away.getMessage() + "; it is asked again";
        reporter.tell(Report.unreachable(request, memory.attempt(), sentence, clock.instant()), request);
        return Optional.of(hostRetry.early().orElseGet(hostRetry::failed));
    }

    /** What is not on disk may not be relied on: the node stays as it is, and says why. */
    private Optional<Instant> unsaved(StateException unsaved) {
        String sentence = "the agent cannot keep what it has to remember (" + unsaved.getMessage()
                + "); it neither cordons nor reboots the node until it can: make room or make it writable";
        say.wrong(sentence);
        parts.api().node().map(this::request).ifPresent(request -> reporter.tell(Report.stuck(request, sentence), request));
        return Optional.of(loopRetry.failed());
    }
}
