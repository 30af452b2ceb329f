package dev.varve.controller.decide.build;

/**
 * State of a MachineOSBuild: which of its five conditions is True (reference-behaviour.md 2.5). Reasons and messages are the
 * reference's; only {@code Failed} says more once it is True.
 */
public enum BuildState {
    Initial("", ""),
    Prepared("Prepared", "Build Prepared and Pending"),
    Building("Building", "Image Build In Progress"),
    Succeeded("Ready", "Build Ready"),
    Interrupted("Interrupted", "Build Interrupted"),
    Failed("Failed", "Build Failed");

    private final String reason;
    private final String message;

    BuildState(String reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    public String reason() {
        return reason;
    }

    public String message() {
        return message;
    }

    public boolean terminal() {
        return this == Succeeded || this == Interrupted || this == Failed;
    }

    /** Never back, and never out of a terminal state. */
    public boolean canBecome(BuildState next) {
        return !terminal() && next.ordinal() > ordinal();
    }
}
