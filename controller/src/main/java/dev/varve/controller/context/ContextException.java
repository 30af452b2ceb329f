package dev.varve.controller.context;

/** A build context that cannot be made. The message is a sentence for the user: what, why, what to do. */
public final class ContextException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ContextException(String sentence) {
        super(sentence);
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
