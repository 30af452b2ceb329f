package dev.varve.controller.decide.rollout;

import dev.varve.controller.decide.LabelSelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which pool a node belongs to, by the reference's rules (reference-behaviour.md 4.1). */
public final class Membership {
    private static final String MASTER = "master";
    private static final String WORKER = "worker";
    private static final String OS_LABEL = "kubernetes.io/os";

    /** A pool and the nodes that it asks for. */
    public record Claim(String pool, LabelSelector nodes) {
        private boolean isCustom() {
            return !pool.equals(MASTER) && !pool.equals(WORKER);
        }
    }

    /**
     * @param pool the node's primary pool; empty where it has none, or where that cannot be said
     * @param conflict why it cannot be said: such a node is left alone
     */
    public record Answer(Optional<String> pool, Optional<String> conflict) {
        static final Answer NONE = new Answer(Optional.empty(), Optional.empty());
    }

    private final List<Claim> claims;

    public Membership(List<Claim> claims) {
        this.claims = List.copyOf(claims);
    }

    public Answer of(String node, Map<String, String> labels) {
        if ("windows".equals(labels.get(OS_LABEL))) {
            return Answer.NONE;
        }
        List<Claim> claiming = claims.stream().filter(claim -> claim.nodes().selects(labels)).toList();
        List<String> custom = claiming.stream().filter(Claim::isCustom).map(Claim::pool).sorted().toList();
        if (custom.size() > 1) {
            return new Answer(Optional.empty(), Optional.of("node " + node + " belongs to " + custom.size()
                    + " custom roles, cannot proceed with this Node: take it out of all but one of the pools "
                    + String.join(", ", custom)));
        }
        if (claiming.stream().anyMatch(claim -> claim.pool().equals(MASTER))) {
            return belongsTo(MASTER);
        }
        if (!custom.isEmpty()) {
            return belongsTo(custom.getFirst());
        }
        return claiming.isEmpty() ? Answer.NONE : belongsTo(WORKER);
    }

    private static Answer belongsTo(String pool) {
        return new Answer(Optional.of(pool), Optional.empty());
    }
}
