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
 * befalls, and those of the crash table by name; the table's on a node that a person has cordoned, too. So is every line of an
 * update to an image that does not boot, where it comes to it. All are played first, many at once. {@link WantedEnd} says what each must lead to.
 */
class CrashTableTest {
    private static final int NODES = 24;
    /** How often a line is tried that an update need not pass, such as a report held back because another came soon. */
    private static final int TRIES = 3;
    private static final Plan NONE = (_, _) -> Optional.empty();
    private static final Line INTENT = new Line("record of Finalizing", false);
    private static final String LOST = "an earlier failure ends all";

    /** What came of each run, by line and end. */
    private static final Map<String, Result> RESULTS = new LinkedHashMap<>();

    @BeforeAll
    static void play() throws Exception {
        try (var cluster = new CrashCluster(NODES)) {
            List<Result> peaceful = peaceful(cluster, Collections.nCopies(NODES, inPeace(false, false)));
            cluster.usual(peaceful.getFirst().lines().size());
            var broken = new ArrayList<>(Collections.nCopies(NODES / 2, inPeace(false, true)));
            broken.addAll(Collections.nCopies(NODES / 4, inPeace(true, true)));
            List<Result> failing = peaceful(cluster, broken);
            Set<Line> lines = passedByAll(peaceful);
            var runs = new ArrayList<Run>();
            for (TableRow row : TableRow.values()) {
                lines.addAll(row.lines());
                row.linesWhereHeld().forEach(line -> runs.addAll(runs(line, true, false)));
            }
            lines.forEach(line -> runs.addAll(runs(line, false, false)));
            for (boolean held : List.of(false, true)) {
                List<Line> passed = List.copyOf(passedByAll(failing.stream().filter(result -> result.run().held() == held).toList()));
                int intent = passed.indexOf(INTENT);
                // Before the intent nothing depends on whether the image boots, but that a power cut is one boot more.
                if (!held) {
                    passed.subList(0, intent).forEach(line -> runs.add(runs(line, held, true).getFirst()));
                }
                passed.subList(intent, passed.size()).forEach(line -> runs.addAll(runs(line, held, true)));
            }
            Collections.shuffle(runs, new Random(1)); // A round of held nodes alone has none to build an image on.
            List<Run> left = runs;
            for (int time = 0; time < TRIES; time++) {
                cluster.play(left).forEach(result -> RESULTS.put(result.run().name(), result));
                left = RESULTS.values().stream().filter(result -> result.deaths().isEmpty()).map(Result::run).toList();
            }
        }
    }

    private static Run inPeace(boolean held, boolean broken) {
        return new Run(Run.kind(held, broken) + "in peace", NONE, held, broken);
    }

    private static List<Result> peaceful(CrashCluster cluster, List<Run> runs) {
        List<Result> results = cluster.play(runs);
        results.forEach(CrashTableTest::assertGood);
        return results;
    }

    @ParameterizedTest
    @EnumSource(TableRow.class)
    void theRowLeadsToTheSameEnd(TableRow row) {
        assertThat(row.lines()).allSatisfy(line -> assertPlayed(runs(line, false, false)));
    }

    @ParameterizedTest
    @EnumSource(value = TableRow.class, mode = EnumSource.Mode.EXCLUDE, names = "BETWEEN_CORDON_AND_ITS_RECORD")
    void theRowLeavesACordonOfAPerson(TableRow row) {
        assertThat(row.linesWhereHeld()).isNotEmpty().allSatisfy(line -> assertPlayed(runs(line, true, false)));
    }

    @Test
    void anImageThatDoesNotBootIsRejectedWhereverItEnds() {
        List<Result> results = RESULTS.values().stream().filter(result -> result.run().broken()).toList();
        assertThat(results).as(LOST).hasSizeGreaterThan(50).allSatisfy(CrashTableTest::assertGood);
        assertThat(results).anyMatch(result -> result.run().held());
    }

    @Test
    void everyOtherLineDoesToo() {
        assertThat(RESULTS).hasSizeGreaterThan(200).allSatisfy((_, result) -> assertGood(result));
        // A line that all have passed in peace may be one that an update passes only where it is quick.
        assertThat(RESULTS.values()).filteredOn(result -> result.deaths().isEmpty()).hasSizeLessThan(RESULTS.size() / 10);
    }

    /** No agent lives while the machine finalises: only the power can be cut then. */
    private static List<Run> runs(Line line, boolean held, boolean broken) {
        String kind = Run.kind(held, broken);
        var runs = new ArrayList<Run>();
        runs.add(new Run(kind + "power cut " + line, Plan.at(line, Death.POWER_CUT), held, broken));
        if (!line.effect().equals(TableRow.SHUTDOWN)) {
            runs.add(new Run(kind + "kill " + line, Plan.at(line, Death.KILL), held, broken));
        }
        return runs;
    }

    /** Not those that depend on how quick something was, as every report is that is held back because another came just before. */
    private static Set<Line> passedByAll(List<Result> peaceful) {
        var lines = new LinkedHashSet<>(peaceful.getFirst().lines());
        peaceful.forEach(result -> lines.retainAll(result.lines()));
        lines.removeIf(line -> line.effect().equals(MortalApi.PROGRESS));
        return lines;
    }

    private static void assertPlayed(List<Run> runs) {
        assertThat(runs).allSatisfy(run -> {
            assertThat(RESULTS).as(LOST).containsKey(run.name());
            assertGood(RESULTS.get(run.name()));
            assertThat(RESULTS.get(run.name()).deaths()).as("%s: how often it came to that line", run.name()).hasSize(1);
        });
    }

    private static void assertGood(Result result) {
        assertThat(result.problems()).as("%s, which passed %s", result.run().name(), result.lines()).isEmpty();
    }
}
