package dev.varve.sandbox.quickstart;

/** The walk-through cannot go on; the message is one sentence for the person before the screen. */
public final class WalkthroughException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WalkthroughException(String sentence) {
        super(sentence);
    }

    public WalkthroughException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
