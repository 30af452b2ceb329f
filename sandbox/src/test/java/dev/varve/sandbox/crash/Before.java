package dev.varve.sandbox.crash;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Cordon;
import dev.varve.contract.Pullspec;
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

    /** What the file says of an update that is over; "" where it is settled. */
    static String unsettled(Attempt attempt, Pullspec image, boolean held) {
        boolean settled = attempt.target().filter(image::equals).isPresent()
                && attempt.cordon() == (held ? Cordon.Held : Cordon.None)
                && attempt.finalization().isEmpty()
                && attempt.rollBack().isEmpty()
                && attempt.health().isEmpty()
                && attempt.rejected().isEmpty()
                && attempt.confirmed().filter(confirmed -> confirmed.image().equals(image)).isPresent();
        return settled ? "" : "the attempt on disk is not settled: " + attempt;
    }
}
