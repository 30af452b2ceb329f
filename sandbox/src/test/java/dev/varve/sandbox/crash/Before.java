package dev.varve.sandbox.crash;

import dev.varve.sandbox.scenario.Observations;
import dev.varve.sandbox.scenario.Scene;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What was seen of a node before a run, to judge the run by what was seen since. */
record Before(String node, int reboots, int evicted, int cordons, int wrongs) {
    static Before of(String node, Observations seen) {
        return new Before(node, seen.reboots(node), seen.evicted(node), seen.cordons(node).size(), seen.wrongs().size());
    }

    /** What must not have happened. @param cuts how often the power was cut: each may cost an update more */
    List<String> problems(Observations seen, int cuts, boolean held) {
        var problems = new ArrayList<>(seen.wrongs().stream().skip(wrongs).filter(wrong -> wrong.startsWith(node + " ")).toList());
        int updates = 1 + cuts;
        int rebooted = seen.reboots(node) - reboots;
        if (rebooted > updates || rebooted < 1) {
            problems.add("rebooted " + rebooted + " times, with " + cuts + " power cuts");
        }
        // Elsewhere a second drain shows as a second cordon; a scheduler that has not heard of a cordon yet may bind a pod after it.
        if (held && seen.evicted(node) - evicted > Scene.OWN_PODS) {
            problems.add("was drained again while it served: " + (seen.evicted(node) - evicted) + " pods had to go");
        }
        List<Boolean> cordoned = seen.cordons(node).subList(cordons, seen.cordons(node).size());
        if (held ? !cordoned.isEmpty() : !cordoned.equals(pairs(cordoned.size() / 2)) || cordoned.size() / 2 > updates) {
            problems.add("its cordon came and went like this: " + cordoned);
        }
        return problems;
    }

    private static List<Boolean> pairs(int count) {
        return Collections.nCopies(count, List.of(true, false)).stream().flatMap(List::stream).toList();
    }
}
