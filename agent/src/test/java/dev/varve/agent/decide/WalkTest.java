package dev.varve.agent.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Thousands of walks through the policy, each with its own seed: kills, power cuts, people who cordon and uncordon, a
 * controller that changes its mind. The model checks every step against the facts; at the end the node must be Done.
 */
class WalkTest {
    private static final int WALKS = 2_000;

    @Test
    void everyWalkEndsDoneAndNoStepBreaksAPromise() {
        var met = new TreeSet<String>();
        for (int seed = 0; seed < WALKS; seed++) {
            Walk walk = new Walk(seed);
            try {
                walk.disturbed();
                walk.calm();
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("walk " + seed + ":\n" + String.join("\n", walk.diary()), broken);
            }
            met.addAll(walk.met());
        }
        assertThat(met).as("a disturbance that never comes proves nothing").contains(
                "killed before act", "killed after act", "power cut", "boot guard went back", "stage lost",
                "person cordons", "person uncordons", "retarget", "withdrawn", "finalized", "rolled back", "file lost");
    }
}
