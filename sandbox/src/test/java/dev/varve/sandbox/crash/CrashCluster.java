package dev.varve.sandbox.crash;

import static org.awaitility.Awaitility.await;

import dev.varve.agent.Reach;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Outage;
import dev.varve.sandbox.Sandbox;
import dev.varve.sandbox.SandboxOptions;
import dev.varve.sandbox.quickstart.Guide;
import dev.varve.sandbox.scenario.Observations;
import dev.varve.sandbox.scenario.Scene;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A sandbox whose nodes all move to a new image at once, again and again, each to a plan of its own; on some it does not boot.
 * Each node has a service that can run nowhere else, so that every update has something to drain.
 */
final class CrashCluster implements AutoCloseable {
    /** Also what a killed agent waits before it is started again. */
    private static final Duration POD_TIME = Duration.ofMillis(30);
    private static final SandboxOptions QUICK = new SandboxOptions(
            1, 0, Duration.ofMillis(60), Duration.ofMillis(20), Duration.ofMillis(20), POD_TIME);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** For a line that comes after Done, and for what the API server is still to be told. */
    private static final Duration AFTERMATH = Duration.ofSeconds(3);
    /** Times the lines of an update without a death: more than a few deaths can account for is a loop. */
    private static final int LINES_IN_A_LOOP = 5;
    private static final Plan NONE = (_, _) -> Optional.empty();

    private final Map<String, AtomicReference<Course>> courses = new ConcurrentHashMap<>();
    private final ScheduledExecutorService ends = Executors.newScheduledThreadPool(0, Thread.ofVirtual().name("end").factory());
    private final Sandbox sandbox;
    private final Scene scene;
    private final Observations seen;
    private final AutoCloseable power;
    private int rounds;
    private int usual;

    CrashCluster(int nodes) {
        Awaitility.doNotCatchUncaughtExceptionsByDefault(); // Threads of agents end in one, see Died.
        sandbox = Sandbox.start(
                new SandboxOptions(nodes, 0, QUICK.pullTime(), QUICK.bootTime(), QUICK.buildTime(), QUICK.podTime()), this::mortal);
        scene = new Scene(sandbox);
        seen = new Observations(sandbox);
        power = sandbox.watchPower(this::wentDown);
        scene.setUp();
        sandbox.client().genericKubernetesResources(Guide.POOLS).withName(Guide.POOL).patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"maxUnavailable\":\"100%\"}}");
        sandbox.client().genericKubernetesResources(Guide.POLICIES).withName(Guide.POOL).patch(
                PatchContext.of(PatchType.JSON_MERGE),
                "{\"spec\":{\"health\":{\"soak\":\"200ms\"},\"failure\":{\"haltAfter\":10000,\"retry\":{\"initial\":\"100ms\"}}}}");
        sandbox.machines().forEach(scene::applyOwnService);
        sandbox.machines().forEach(scene::label);
        Pullspec first = scene.imageAfter("");
        sandbox.machines().forEach(node -> scene.awaitDone(node, first));
    }

    private Reach mortal(String node, Reach reach) {
        Life life = new Life(course(node));
        return new Reach(
                new MortalApi(reach.api(), life), new MortalHost(reach.host(), life), new MortalAttempts(reach.attempts(), life));
    }

    private AtomicReference<Course> course(String node) {
        return courses.computeIfAbsent(node, any -> new AtomicReference<>(newCourse(node, NONE)));
    }

    private Course newCourse(String node, Plan plan) {
        return new Course(plan, ends, death -> {
            if (death.powerCut()) {
                sandbox.powerCut(node);
            } else {
                sandbox.killAgent(node);
            }
        });
    }

    /** A line that no agent passes: the machine's own shutdown, before what is staged is finalised. */
    private void wentDown(String node, Outage why) {
        if (why == Outage.REBOOT) {
            try {
                new Life(course(node)).passes(TableRow.SHUTDOWN);
            } catch (Died _) {
                // The thread is the machine's own, which goes on, or is overtaken by the power cut.
            }
        }
    }

    /** Plays the runs, as many at once as there are nodes. */
    List<Result> play(List<Run> runs) {
        var results = new ArrayList<Result>();
        int nodes = sandbox.machines().size();
        for (int from = 0; from < runs.size(); from += nodes) {
            if (results.stream().anyMatch(result -> !result.problems().isEmpty())) {
                return results; // What is wrong with one node may be all that is wrong with the next round.
            }
            results.addAll(round(runs.subList(from, Math.min(runs.size(), from + nodes))));
        }
        return results;
    }

    /** From now on a node that passes many times as many lines as this goes round in a loop. */
    void usual(int lines) {
        usual = lines;
    }

    private List<Result> round(List<Run> runs) {
        var running = new LinkedHashMap<String, Run>();
        for (Run run : runs) {
            running.put(sandbox.machines().get(running.size()), run);
        }
        sandbox.machines().forEach(scene::awaitOwnService);
        running.forEach((node, run) -> scene.schedulable(node, !run.held()));
        Map<String, Before> befores = new LinkedHashMap<>();
        Map<String, Pullspec> ran = new LinkedHashMap<>();
        running.forEach((node, run) -> {
            await().atMost(PATIENCE).until(() -> seen.cordons(node).getLast() == run.held());
            befores.put(node, Before.of(node, seen));
            ran.put(node, sandbox.bootedImage(node).orElseThrow());
            if (run.broken()) {
                sandbox.breakNewImages(node);
            }
            course(node).set(newCourse(node, run.plan()));
        });
        String old = scene.currentImage();
        scene.containerfile("FROM configs AS final\nRUN rpm-ostree install tree && ostree container commit # " + ++rounds + "\n");
        Pullspec image = scene.imageAfter(old);
        List<WantedEnd> wanted = running.entrySet().stream()
                .map(entry -> new WantedEnd(sandbox, scene, entry.getKey(), entry.getValue(), image, ran.get(entry.getKey())))
                .toList();
        wanted.forEach(end -> awaitIt(end, befores.get(end.node())));
        // After all have come to it: whoever was there first has had the time to leave it again.
        List<Result> results = wanted.stream().map(end -> judged(end, befores.get(end.node()))).toList();
        running.keySet().forEach(node -> {
            sandbox.mend(node);
            scene.schedulable(node, true);
        });
        return results;
    }

    /** Returns where it does not come, too: what is wanting then is told by {@link #judged}. */
    private void awaitIt(WantedEnd end, Before before) {
        Course course = course(end.node()).get();
        try {
            await().atMost(PATIENCE).until(() -> end.missing().isEmpty());
            course.end();
            // An end may have come after all that, and another life with it.
            await().atMost(PATIENCE).until(() -> end.missing().isEmpty());
            await().atMost(AFTERMATH).until(() -> before.problems(seen, course.cuts(), end.run().held()).isEmpty());
        } catch (ConditionTimeoutException late) {
            course.end();
        }
    }

    private Result judged(WantedEnd end, Before before) {
        Course course = course(end.node()).get();
        var problems = new ArrayList<String>();
        String missing = end.missing();
        if (!missing.isEmpty()) {
            problems.add("does not come to its end, or does not stay there: " + missing);
        }
        problems.addAll(course.troubles());
        problems.addAll(before.problems(seen, course.cuts(), end.run().held()));
        if (usual > 0 && course.lines().size() > LINES_IN_A_LOOP * usual) {
            problems.add("went round in a loop");
        }
        return new Result(end.run(), course.lines(), course.deaths(), problems);
    }

    @Override
    public void close() throws Exception {
        ends.shutdownNow();
        power.close();
        seen.close();
        sandbox.close();
    }
}
