package dev.varve.controller.decide.rollout;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done with a pool's nodes now.
 *
 * @param changes the urgent ones first
 * @param waits one sentence for each thing the pool waits for
 * @param failures one sentence for each node that will not get there without help, and for what that stops
 * @param halted no further node gets the pool's target
 * @param slotsUsed nodes that are away, before these changes
 * @param slots nodes that may be away
 * @param lookAgain when time alone changes the decision
 */
public record Decision(
        List<NodeChange> changes,
        List<String> waits,
        List<String> failures,
        boolean halted,
        int slotsUsed,
        int slots,
        Optional<Instant> lookAgain) {

    public Decision {
        changes = List.copyOf(changes);
        waits = List.copyOf(waits);
        failures = List.copyOf(failures);
    }
}
