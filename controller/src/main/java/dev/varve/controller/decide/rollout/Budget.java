package dev.varve.controller.decide.rollout;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How many nodes may be away (controller.md section 3, item 6). A slot that is given back counts until the next turn has
 * seen the node back. A node that is away already costs nothing more to grant, but no more than {@code capacity} nodes ever
 * hold a grant: those that are away by themselves could all return at once, and would then all leave for us.
 */
final class Budget {
    private final int capacity;
    private final Set<String> away = new HashSet<>();
    private final Set<String> slots = new HashSet<>();

    Budget(int capacity, List<NodeView> nodes) {
        this.capacity = capacity;
        for (NodeView node : nodes) {
            if (node.takesSlot()) {
                take(node);
            } else if (node.isUnavailable()) {
                away.add(node.name());
            }
        }
    }

    boolean allows(NodeView node) {
        if (slots.contains(node.name())) {
            return true;
        }
        return slots.size() < capacity && (away.contains(node.name()) || away.size() < capacity);
    }

    void take(NodeView node) {
        slots.add(node.name());
        away.add(node.name());
    }

    int used() {
        return away.size();
    }

    int capacity() {
        return capacity;
    }
}
