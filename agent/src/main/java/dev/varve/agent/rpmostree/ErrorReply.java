package dev.varve.agent.rpmostree;

/** A D-Bus error as it stood in the reply: both its parts tell something. */
final class ErrorReply extends Exception {
    private static final long serialVersionUID = 1L;
    private final String name;
    private final String text;

    ErrorReply(String name, String text) {
        super(name + ": " + text);
        this.name = name;
        this.text = text;
    }

    String name() {
        return name;
    }

    String text() {
        return text;
    }
}
