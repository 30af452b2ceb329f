package dev.varve.sandbox.quickstart;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How long a node was away, by what its Node object said and when we saw it: unschedulable, of that draining, and down.
 * Immutable: each sight of the node gives the next value.
 */
record NodeTimes(Spell unschedulable, Spell draining, Spell down) {
    static final NodeTimes NONE = new NodeTimes(Spell.NONE, Spell.NONE, Spell.NONE);

    NodeTimes seen(Node node, boolean isDown, Instant now) {
        return new NodeTimes(
                unschedulable.seen(cordoned(node), now),
                draining.seen(phase(node).equals(Phase.Draining.name()), now),
                down.seen(isDown, now));
    }

    static boolean cordoned(Node node) {
        return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    static boolean ready(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    static String phase(Node node) {
        return annotation(node, Keys.PHASE);
    }

    static String annotation(Node node, String key) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(key, "");
    }

    /** Time spent in a state, in one or several goes. */
    record Spell(Duration before, Instant since) {
        static final Spell NONE = new Spell(Duration.ZERO, Instant.MAX);

        Spell seen(boolean in, Instant now) {
            boolean was = since != Instant.MAX;
            if (in == was) {
                return this;
            }
            return in ? new Spell(before, now) : new Spell(before.plus(Duration.between(since, now)), Instant.MAX);
        }

        Duration at(Instant now) {
            return since == Instant.MAX ? before : before.plus(Duration.between(since, now));
        }
    }
}
