package dev.varve.agent.decide;

/** Whose cordon stands on the node, as far as this attempt knows. */
public enum Cordon {
    /** None that concerns us. */
    None,
    /** Ours: written, or about to be. We take it away. */
    Ours,
    /** The node was unschedulable when we came: it stays so. */
    Held
}
