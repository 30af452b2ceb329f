package dev.varve.sandbox.crash;

import java.util.List;

/**
 * What came of a run.
 *
 * @param lines that were passed, in order, dead ends included
 * @param problems one sentence each; none where all was well
 */
record Result(Run run, List<Line> lines, List<Death> deaths, List<String> problems) {
    Result {
        lines = List.copyOf(lines);
        deaths = List.copyOf(deaths);
        problems = List.copyOf(problems);
    }
}
