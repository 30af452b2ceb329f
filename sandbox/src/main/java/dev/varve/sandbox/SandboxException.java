package dev.varve.sandbox;

/** The sandbox cannot do what was asked; the message is one sentence for a person. */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SandboxException(String sentence) {
        super(sentence);
    }

    public SandboxException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
