package dev.varve.controller.registry;

/** What requests are for: in the words of a message, and of the right that they take. */
enum Operation {
    Inspect("inspect", "pull", "pull from there"),
    List("list the tags beside", "pull", "pull from there"),
    Delete("delete", "delete", "delete there");

    private final String words;
    private final String action;
    private final String right;

    Operation(String words, String action, String right) {
        this.words = words;
        this.action = action;
        this.right = right;
    }

    /** Before the name of an image. */
    String words() {
        return words;
    }

    /** In the scope of a token. */
    String action() {
        return action;
    }

    /** After "may not". */
    String right() {
        return right;
    }
}
