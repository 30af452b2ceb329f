package dev.varve.sandbox.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No line where a kill or a power cut hurts: every line that an update passes is tried, found by watching updates that nothing
 * befalls, and those of the crash table by name. All are played first, many at once.
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
            List<Result> peaceful = cluster.play(Collections.nCopies(NODES, new Run("in peace", NONE, false)));
            peaceful.forEach(CrashTableTest::assertGood);
            cluster.usual(peaceful.getFirst().lines().size());
            Set<Line> lines = passedByAll(peaceful);
            for (TableRow row : TableRow.values()) {
                lines.addAll(row.lines());
            }
            List<Run> runs = lines.stream().flatMap(line -> runs(line).stream()).toList();
            for (int time = 0; time < TRIES; time++) {
                cluster.play(runs).forEach(result -> RESULTS.put(result.run().name(), result));
                runs = RESULTS.values().stream().filter(result -> result.deaths().isEmpty()).map(Result::run).toList();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TableRow.class)
    void theRowLeadsToTheSameEnd(TableRow row) {
        assertThat(row.lines()).allSatisfy(line -> assertThat(runs(line)).allSatisfy(run -> {
            assertThat(RESULTS).as("an earlier failure ends all").containsKey(run.name());
            assertGood(RESULTS.get(run.name()));
        }));
    }

    @Test
    void everyOtherLineDoesToo() {
        assertThat(RESULTS).hasSizeGreaterThan(100).allSatisfy((_, result) -> assertGood(result));
    }

    /** No agent lives while the machine finalises: only the power can be cut then. */
    private static List<Run> runs(Line line) {
        var runs = new ArrayList<Run>();
        runs.add(new Run("power cut " + line, Plan.at(line, Death.POWER_CUT), false));
        if (!line.effect().equals(TableRow.SHUTDOWN)) {
            runs.add(new Run("kill " + line, Plan.at(line, Death.KILL), false));
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
