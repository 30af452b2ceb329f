package dev.varve.controller.decide.render;

/** Ends a rendering half way; never leaves this package. The message is the sentence of {@link Rendering.Refused}. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String where, String rule) {
        super(where + " " + rule);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
