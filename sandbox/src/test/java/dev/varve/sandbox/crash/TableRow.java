package dev.varve.sandbox.crash;

import java.util.List;
import java.util.Set;

/** The crash table: what an agent, or its machine, may be in the middle of when it ends. */
enum TableRow {
    BEFORE_STAGE(new Line("stage", false)),
    DURING_PULL(new Line(MortalHost.PULL, false)),
    AFTER_STAGE_BEFORE_THE_REPORT(new Line("stage", true)),
    /** A power cut loses the stage, and nothing else. */
    WHILE_IT_WAITS_FOR_ITS_TURN(new Line("report of Staged", true)),
    /** The record comes first: a cordon that is on no disk would be taken for a person's. */
    BETWEEN_CORDON_AND_ITS_RECORD(new Line("record of Cordoning", true), new Line("cordon", false), new Line("cordon", true)),
    MID_DRAIN(new Line("eviction", false), new Line("eviction", true), new Line("eviction", 2, true)),
    AFTER_DRAIN_BEFORE_THE_INTENT(new Line("record of Finalizing", false)),
    AFTER_THE_INTENT_BEFORE_FINALIZE(new Line("record of Finalizing", true), new Line("Finalize", false)),
    /** A power cut here is one before finalisation too: the old image boots, and the stage is gone. */
    AFTER_FINALIZE_BEFORE_SHUTDOWN(new Line("Finalize", true)),
    POWER_CUT_BEFORE_FINALISATION(new Line("Finalize", true)),
    /** No agent lives then, so only the machine can end. */
    DURING_FINALISATION(new Line(TableRow.SHUTDOWN, false)),
    AFTER_BOOT_BEFORE_THE_CHECK(new Line("record of Verifying", false)),
    DURING_THE_SOAK(new Line("report of Verifying", true)),
    /** The node is made schedulable by the same write: there is nothing between the two. */
    BEFORE_UNCORDON_AND_DONE(new Line("report of Done", false)),
    AFTER_DONE_BEFORE_THE_FILE_IS_CLEANED(new Line("report of Done", true));

    static final String SHUTDOWN = "finalisation";
    private static final Set<String> CORDON = Set.of("record of Cordoning", "cordon", "uncordon");

    private final List<Line> lines;

    TableRow(Line... lines) {
        this.lines = List.of(lines);
    }

    List<Line> lines() {
        return lines;
    }

    /** Those that an update passes on a node that a person has cordoned: it has no cordon of ours. */
    List<Line> linesWhereHeld() {
        return lines.stream().filter(line -> !CORDON.contains(line.effect())).toList();
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
