package dev.varve.controller.decide.rollout;

import java.util.Comparator;

/** Who goes first (controller.md section 3, item 7): what needs repair, then zone by zone, the oldest first. */
final class Order {
    /** Sorts after every zone name, as nodes without a zone do (reference-behaviour.md 4.3). */
    private static final String NO_ZONE = "\uffff";

    private static final Comparator<NodeView> ORDER = Comparator.comparing(Order::needsRepair)
            .reversed()
            .thenComparing(node -> node.zone().orElse(NO_ZONE))
            .thenComparing(NodeView::created)
            .thenComparing(NodeView::name);

    private Order() {}

    static Comparator<NodeView> repairThenZoneThenAge() {
        return ORDER;
    }

    private static boolean needsRepair(NodeView node) {
        return node.isDegraded() || node.facts().failure().isPresent() || node.isDown();
    }
}
