package dev.varve.controller.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.controller.loop.PoolLoop.Finding;
import dev.varve.controller.loop.PoolLoop.Result;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TurnTest {
    private static final Finding RENDERED = new Finding("RenderDegraded", false, "", "");
    private static final Finding BUILT = new Finding("ImageBuildDegraded", true, "BuildFailed", "no");

    private static Turn turn(PoolLoop... loops) {
        return new Turn(List.of(loops), Clock.systemUTC(), () -> true, (loop, took) -> {});
    }

    private static ScriptedLoop finding(String name, Finding finding) {
        return new ScriptedLoop(name, pool -> new Result(Optional.empty(), List.of(finding)));
    }

    @Test
    void handsFindingsOn() {
        var status = new ScriptedLoop("status", pool -> Result.NOTHING);

        turn(finding("render", RENDERED), finding("build", BUILT), status).run("layered");

        assertThat(status.told).containsExactly(List.of(RENDERED, BUILT));
        assertThat(status.pools).containsExactly("layered");
    }

    @Test
    void aLoopThatFailsIsReportedAndStopsNoOther() {
        var broken = new ScriptedLoop("build", pool -> {
            throw new IllegalStateException("registry is on fire");
        });
        var status = new ScriptedLoop("status", pool -> Result.NOTHING);

        Turn.Outcome outcome = turn(broken, status).run("layered");

        assertThat(outcome.failure().orElseThrow()).hasMessage("registry is on fire");
        assertThat(status.told.getFirst())
                .containsExactly(new Finding(
                        "Degraded", true, "ControllerError", "build: registry is on fire; it is tried again"));
    }

    @Test
    void looksAgainAtTheEarliestTimeAnybodyAskedFor() {
        Turn.Outcome outcome = turn(
                        new ScriptedLoop("a", pool -> new Result(Optional.of(Duration.ofMinutes(5)), List.of())),
                        new ScriptedLoop("b", pool -> new Result(Optional.of(Duration.ofSeconds(1)), List.of())),
                        new ScriptedLoop("c", pool -> Result.NOTHING))
                .run("layered");

        assertThat(outcome.again()).contains(Duration.ofSeconds(1));
    }

    @Test
    void breaksOffWhenItMayActNoMore() {
        var leads = new AtomicBoolean(true);
        var second = new ScriptedLoop("b", pool -> Result.NOTHING);
        var turn = new Turn(
                List.of(new ScriptedLoop("a", pool -> {
                    leads.set(false);
                    return Result.NOTHING;
                }), second),
                Clock.systemUTC(),
                leads::get,
                (loop, took) -> {});

        turn.run("layered");

        assertThat(second.pools).isEmpty();
    }

    @Test
    void tellsHowLongEachLoopTook() {
        var heard = new ArrayList<String>();
        new Turn(
                        List.of(new ScriptedLoop("a", pool -> Result.NOTHING)), Clock.systemUTC(), () -> true,
                        (loop, took) -> heard.add(loop))
                .run("layered");

        assertThat(heard).containsExactly("a");
    }

    @Test
    void onePoolThatHangsHoldsUpNoOther() {
        var gate = new CountDownLatch(1);
        var loop = new ScriptedLoop("a", pool -> {
            if (pool.equals("bad")) {
                gate.await();
            }
            return Result.NOTHING;
        });
        var queue = new WorkQueue();
        try (var workers = new Workers(queue, turn(loop), Set::of)) {
            workers.start(2);
            queue.add("bad");
            await().until(() -> loop.pools.contains("bad"));
            queue.add("good");
            await().atMost(10, SECONDS).until(() -> loop.pools.contains("good"));
            assertThat(workers.isHealthy()).isTrue();
        }
        assertThat(gate.getCount()).isOne();
    }

    @Test
    void turnsEveryKnownPoolAtTheStart() {
        var loop = new ScriptedLoop("a", pool -> Result.NOTHING);
        try (var workers = new Workers(new WorkQueue(), turn(loop), () -> Set.of("one", "two"))) {
            workers.start(1);
            await().untilAsserted(() -> assertThat(loop.pools).containsExactlyInAnyOrder("one", "two"));
        }
    }

    @Test
    void triesAFailedPoolAgain() {
        var queue = new WorkQueue();
        var loop = new ScriptedLoop("a", pool -> {
            throw new IllegalStateException("not yet");
        });
        try (var workers = new Workers(queue, turn(loop), Set::of)) {
            workers.start(1);
            queue.add("layered");
            await().until(() -> loop.pools.size() >= 3);
        }
    }

    @Test
    void anErrorCostsNoThread() {
        var queue = new WorkQueue();
        var loop = new ScriptedLoop("a", pool -> {
            if (pool.equals("bad")) {
                throw new AssertionError("broken");
            }
            return Result.NOTHING;
        });
        try (var workers = new Workers(queue, turn(loop), Set::of)) {
            workers.start(1);
            queue.add("bad");
            await().until(() -> loop.pools.contains("bad"));
            queue.add("good");
            await().until(() -> loop.pools.contains("good"));
        }
    }

    @Test
    void turnsAgainWhenALoopAskedForIt() {
        var queue = new WorkQueue();
        var loop = new ScriptedLoop("a", pool -> new Result(Optional.of(Duration.ofMillis(10)), List.of()));
        try (var workers = new Workers(queue, turn(loop), Set::of)) {
            workers.start(1);
            queue.add("layered");
            await().until(() -> loop.pools.size() >= 3);
        }
    }
}
