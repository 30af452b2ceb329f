package dev.varve.agent.decide;

/**
 * What to do next, and what must be on disk before it is done.
 *
 * @param attempt to be saved first, where it differs from the one decided on
 */
public record Decision(Attempt attempt, Step step) {
    Decision(AttemptEdit edit, Step step) {
        this(edit.phase(step.phase()).done(), step);
    }
}
