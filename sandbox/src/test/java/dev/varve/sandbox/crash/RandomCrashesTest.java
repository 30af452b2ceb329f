package dev.varve.sandbox.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Ends at random: of agents and machines, on lines and between them, up to three in one update, some on nodes that a person has
 * cordoned, some with an image that does not boot there. {@code -Dvarve.crashes=500} says how many updates; {@code -Dvarve.seed=<seed>} plays one of them again, with the
 * same ends at the same lines, though not in the same microseconds.
 */
class RandomCrashesTest {
    private static final int NODES = 24;
    private static final long FIRST_SEED = 1;
    /** One node in so many is cordoned by a person beforehand. */
    private static final int HELD = 8;
    /** On one in so many the image does not boot. */
    private static final int BROKEN = 6;

    @Test
    void wheneverItEndsTheEndIsTheSame() throws Exception {
        Long seed = Long.getLong("varve.seed");
        int count = seed == null ? Integer.getInteger("varve.crashes", NODES) : 1;
        var runs = new ArrayList<Run>();
        for (long next = seed == null ? FIRST_SEED : seed; runs.size() < count; next++) {
            Random random = new Random(next);
            Plan plan = Plan.random(random);
            runs.add(new Run("-Dvarve.seed=" + next, plan, random.nextInt(HELD) == 0, random.nextInt(BROKEN) == 0));
        }
        try (var cluster = new CrashCluster(Math.min(NODES, count))) {
            Result peaceful = cluster.play(List.of(new Run("in peace", (_, _) -> Optional.empty(), false, false))).getFirst();
            assertThat(peaceful.problems()).isEmpty();
            cluster.usual(peaceful.lines().size());
            List<Result> results = cluster.play(runs);
            System.out.println(results.size() + " updates, " + results.stream().mapToInt(result -> result.deaths().size()).sum() + " ends");
            assertThat(results.stream().filter(result -> !result.problems().isEmpty()).map(RandomCrashesTest::story)).isEmpty();
            assertThat(results).anyMatch(result -> !result.deaths().isEmpty());
        }
    }

    private static String story(Result result) {
        Run run = result.run();
        return Run.kind(run.held(), run.broken()) + run.name() + ", " + run.plan() + ": "
                + String.join("; ", result.problems()) + "; it passed " + result.lines();
    }
}
