package dev.varve.sandbox.crash;

/** Ends a thread of an agent that is no more. An error, as nothing in the agent may go on after it. */
final class Died extends Error {
    private static final long serialVersionUID = 1;

    Died(String where) {
        super("died " + where, null, false, false);
    }
}
