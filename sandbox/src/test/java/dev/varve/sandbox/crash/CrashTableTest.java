package dev.varve.sandbox.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No line where a kill or a power cut hurts: every line that an update passes is tried, found by watching updates that nothing
 * befalls, and those of the crash table by name; on nodes that a person has cordoned, too. All are played first, many at once.
 */
class CrashTableTest {
    private static final int NODES = 24;
    /** How often a line is tried that an update need not pass, such as a report held back because another came soon. */
    private static final int TRIES = 3;
    private static final Plan NONE = (_, _) -> Optional.empty();

    /** What came of each run, by line and end. */
    private static final Map<String, Result> RESULTS = new LinkedHashMap<>();

    @BeforeAll
    static void play() throws Exception {
        try (var cluster = new CrashCluster(NODES)) {
            List<Result> free = inPeace(cluster, false);
            List<Result> held = inPeace(cluster, true);
            cluster.usual(free.getFirst().lines().size());
            Set<Line> lines = passedByAll(free);
            for (TableRow row : TableRow.values()) {
                lines.addAll(row.lines());
            }
            var runs = new ArrayList<Run>();
            lines.forEach(line -> runs.addAll(runs(line, false)));
            passedByAll(held).forEach(line -> runs.addAll(runs(line, true)));
            // Some nodes of each round have to take the pod that builds its image.
            Collections.shuffle(runs, new Random(1));
            for (int time = 0; time < TRIES; time++) {
                cluster.play(runs).forEach(result -> RESULTS.put(result.run().name(), result));
                runs.retainAll(RESULTS.values().stream().filter(result -> result.deaths().isEmpty()).map(Result::run).toList());
            }
        }
    }

    private static List<Result> inPeace(CrashCluster cluster, boolean held) {
        List<Result> results = cluster.play(Collections.nCopies(NODES / 2, new Run("in peace", NONE, held)));
        results.forEach(CrashTableTest::assertGood);
        return results;
    }

    @ParameterizedTest
    @EnumSource(TableRow.class)
    void theRowLeadsToTheSameEnd(TableRow row) {
        assertThat(row.lines()).allSatisfy(line -> assertThat(runs(line, false)).allSatisfy(run -> {
            assertThat(RESULTS).as("an earlier failure ends all").containsKey(run.name());
            assertGood(RESULTS.get(run.name()));
        }));
    }

    @Test
    void everyOtherLineDoesToo() {
        assertThat(RESULTS).hasSizeGreaterThan(100).allSatisfy((_, result) -> assertGood(result));
    }

    /** No agent lives while the machine finalises: only the power can be cut then. @param held on a node that a person has cordoned */
    private static List<Run> runs(Line line, boolean held) {
        var runs = new ArrayList<Run>();
        String where = line + (held ? " on a cordoned node" : "");
        runs.add(new Run("power cut " + where, Plan.at(line, Death.POWER_CUT), held));
        if (!line.effect().equals(TableRow.SHUTDOWN)) {
            runs.add(new Run("kill " + where, Plan.at(line, Death.KILL), held));
        }
        return runs;
    }

    /** Not those that depend on how quick something was. */
    private static Set<Line> passedByAll(List<Result> peaceful) {
        var lines = new LinkedHashSet<>(peaceful.getFirst().lines());
        peaceful.forEach(result -> lines.retainAll(result.lines()));
        return lines;
    }

    private static void assertGood(Result result) {
        assertThat(result.problems()).as("%s, which passed %s", result.run().name(), result.lines()).isEmpty();
        assertThat(result.deaths()).as("%s: how often it came to that line", result.run().name())
                .hasSize(result.run().plan() == NONE ? 0 : 1);
    }
}
