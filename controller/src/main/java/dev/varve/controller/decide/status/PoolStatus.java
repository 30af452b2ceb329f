package dev.varve.controller.decide.status;

import dev.varve.controller.decide.rollout.Goal;
import dev.varve.controller.decide.rollout.NodeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Status of a MachineConfigPool.
 *
 * @param complete {@code status.configuration} may advance to {@code spec.configuration}: every node runs it
 */
public record PoolStatus(long observedGeneration, Counts counts, List<Condition> conditions, boolean complete) {

    public PoolStatus {
        conditions = List.copyOf(conditions);
    }

    public static PoolStatus of(PoolFacts facts, Instant now) {
        Counts counts = Counts.of(facts.members(), facts.goal(), facts.config());
        boolean complete = counts.allUpdated() && facts.goal() instanceof Goal.Move && !facts.buildFailed();
        var conditions = new Conditions(facts, counts, complete, now);
        return new PoolStatus(facts.generation(), counts, conditions.all(), complete);
    }

    /** The conditions in the making. */
    private static final class Conditions {
        private final PoolFacts facts;
        private final Counts counts;
        private final boolean complete;
        private final Instant now;

        Conditions(PoolFacts facts, Counts counts, boolean complete, Instant now) {
            this.facts = facts;
            this.counts = counts;
            this.complete = complete;
            this.now = now;
        }

        List<Condition> all() {
            Condition node = nodeDegraded();
            Condition render = noted(Condition.RENDER_DEGRADED);
            Condition build = noted(Condition.IMAGE_BUILD_DEGRADED);
            boolean stopped = halted() || render.on();
            var updating = new Updating(facts, complete, stopped);
            return List.of(
                    condition(Condition.UPDATED, complete, "", complete ? updating.everywhere() : ""),
                    condition(Condition.UPDATING, updating.on(), "", updating.message()),
                    degraded(List.of(node, render, build)),
                    node,
                    render,
                    build);
        }

        /** The reference says so of any degraded node; here one that stops nobody else stops nothing. */
        private boolean halted() {
            return notes(Condition.NODE_DEGRADED).anyMatch(note -> note.reason().equals(Note.ROLLOUT_HALTED));
        }

        private Condition degraded(List<Condition> causes) {
            List<Note> others = notes(Condition.DEGRADED).filter(Note::bad).toList();
            boolean on = !others.isEmpty() || causes.stream().anyMatch(Condition::on);
            String message = Stream.concat(
                            causes.stream().filter(Condition::on).map(Conditions::cause),
                            others.stream().map(Note::message))
                    .collect(Collectors.joining("; "));
            return condition(Condition.DEGRADED, on, others.isEmpty() ? "" : others.getFirst().reason(), message);
        }

        private static String cause(Condition condition) {
            boolean silent = condition.message().isEmpty() && condition.type().equals(Condition.IMAGE_BUILD_DEGRADED);
            return silent ? "Custom OS image build failed" : condition.message();
        }

        private Condition nodeDegraded() {
            var messages = new ArrayList<String>();
            for (NodeView node : facts.members()) {
                if (node.isDegraded()) {
                    messages.add("Node " + node.name() + " is reporting: \"" + node.facts().reason() + '"');
                }
                node.facts().problems().forEach(problem -> messages.add("Node " + node.name() + ": " + problem));
            }
            notes(Condition.NODE_DEGRADED).filter(Note::bad).map(Note::message).forEach(messages::add);
            String reason = counts.degraded() + " nodes are reporting degraded status on sync";
            return messages.isEmpty()
                    ? condition(Condition.NODE_DEGRADED, false, "", "")
                    : condition(Condition.NODE_DEGRADED, true, reason, String.join(", ", messages));
        }

        private Condition noted(String type) {
            Optional<Note> note = notes(type).filter(Note::bad).findFirst().or(() -> notes(type).findFirst());
            return note.map(n -> condition(type, n.bad(), n.reason(), n.message()))
                    .orElseGet(() -> condition(type, false, "", ""));
        }

        private Stream<Note> notes(String type) {
            return facts.notes().stream().filter(note -> note.condition().equals(type));
        }

        private Condition condition(String type, boolean on, String reason, String message) {
            Instant since = facts.before().stream()
                    .filter(old -> old.type().equals(type) && old.on() == on)
                    .map(Condition::since)
                    .findFirst()
                    .orElse(now);
            return new Condition(type, on, reason, message, since);
        }
    }
}
