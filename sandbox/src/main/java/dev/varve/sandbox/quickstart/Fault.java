package dev.varve.sandbox.quickstart;

/** What {@code --fault} can ask for; each is shown to end well, and how. */
public enum Fault {
    /** The first pull of the second round ends in a network error: tried again by itself. */
    pull_fails("the first pull of the second image is cut off by the network"),
    /** The first node's boot loader falls back to the old image: the roll-out halts there. */
    bad_boot("the second image does not survive its first boot"),
    /** The user's RUN exits with 3: nothing reaches a node. */
    build_fails("a command of the second Containerfile fails");

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().replace('_', '-');
    }
}
