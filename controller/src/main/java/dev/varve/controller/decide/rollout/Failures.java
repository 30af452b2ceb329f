package dev.varve.controller.decide.rollout;

import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The nodes that failed on the pool's image, and whether that stops the rollout (controller.md section 3, item 4). Nothing
 * is remembered: a new image has no failures, and so lifts the halt.
 */
final class Failures {
    private final Set<String> nodes = new HashSet<>();
    private final List<String> sentences = new ArrayList<>();
    private final boolean halted;

    Failures(Snapshot snapshot, Pullspec image, Instant now) {
        var deadline = new Deadline(snapshot.spec().agent().bootTimeout());
        for (NodeView node : snapshot.nodes()) {
            if (!node.member()) {
                continue;
            }
            if (node.failedOn(image)) {
                nodes.add(node.name());
                // A degraded node is named in the pool's status anyway, with its own words.
                if (!node.isDegraded()) {
                    sentences.add(node.name() + " failed on " + image.abbreviated() + ": " + cause(node, image));
                }
            } else if (node.wants(image) && deadline.missedBy(node, now)) {
                nodes.add(node.name());
                sentences.add(deadline.sentence(node));
            }
        }
        halted = nodes.size() >= snapshot.spec().haltAfter();
        if (halted) {
            sentences.add("rollout of " + image.abbreviated() + " is halted after " + count(nodes.size())
                    + ": no further node gets it until the pool has a new target");
        }
    }

    boolean halted() {
        return halted;
    }

    List<String> sentences() {
        return List.copyOf(sentences);
    }

    private static String cause(NodeView node, Pullspec image) {
        if (!node.facts().reason().isEmpty()) {
            return node.facts().reason();
        }
        return node.facts()
                .failure()
                .filter(failure -> failure.image().equals(image.toString()))
                .map(failure -> failure.message())
                .orElse("it did not survive its boot there");
    }

    private static String count(int failed) {
        return failed == 1 ? "1 failed node" : failed + " failed nodes";
    }
}
