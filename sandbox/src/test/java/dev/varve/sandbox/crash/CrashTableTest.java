package dev.varve.sandbox.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * No line where a kill or a power cut hurts: every line that an update passes is tried, found by watching updates that nothing
 * befalls, and those of the crash table by name.
 */
class CrashTableTest {
    private static final int NODES = 24;
    /** How often a line is tried that an update need not pass, such as a report held back because another came soon. */
    private static final int TRIES = 3;
    private static final Plan NONE = (_, _) -> Optional.empty();

    @TestFactory
    Stream<DynamicTest> everyLineLeadsToTheSameEnd() throws Exception {
        var tests = new ArrayList<DynamicTest>();
        try (var cluster = new CrashCluster(NODES)) {
            List<Result> peaceful = cluster.play(Collections.nCopies(NODES, new Run("in peace", NONE, false)));
            peaceful.forEach(CrashTableTest::assertGood);
            cluster.usual(peaceful.getFirst().lines().size());
            List<Run> runs = runs(passedByAll(peaceful));
            List<Result> results = new ArrayList<>(cluster.play(runs));
            for (int time = 1; time < TRIES; time++) {
                List<Run> missed = results.stream().filter(result -> result.deaths().isEmpty()).map(Result::run).toList();
                results.removeIf(result -> result.deaths().isEmpty());
                results.addAll(cluster.play(missed));
            }
            results.forEach(result -> tests.add(DynamicTest.dynamicTest(result.run().name(), () -> {
                assertGood(result);
                assertThat(result.deaths()).as("came to that line").hasSize(1);
            })));
        }
        return tests.stream();
    }

    private static List<Run> runs(Set<Line> passed) {
        var runs = new ArrayList<Run>();
        for (TableRow row : TableRow.values()) {
            for (Line line : row.lines()) {
                add(runs, line, row + ": ", row != TableRow.POWER_CUT_BEFORE_FINALISATION && row != TableRow.DURING_FINALISATION);
                passed.remove(line);
            }
        }
        passed.forEach(line -> add(runs, line, "", !line.effect().equals(TableRow.SHUTDOWN)));
        return runs;
    }

    private static void add(List<Run> runs, Line line, String row, boolean kill) {
        if (kill) {
            runs.add(new Run(row + "kill " + line, Plan.at(line, Death.KILL), false));
        }
        runs.add(new Run(row + "power cut " + line, Plan.at(line, Death.POWER_CUT), false));
    }

    /** Not those that depend on how quick something was. */
    private static Set<Line> passedByAll(List<Result> peaceful) {
        var lines = new LinkedHashSet<>(peaceful.getFirst().lines());
        peaceful.forEach(result -> lines.retainAll(result.lines()));
        return lines;
    }

    private static void assertGood(Result result) {
        assertThat(result.problems()).as("%s, which passed %s", result.run().name(), result.lines()).isEmpty();
    }
}
