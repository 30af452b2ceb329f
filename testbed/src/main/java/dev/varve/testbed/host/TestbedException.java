package dev.varve.testbed.host;

/** The testbed cannot do what was asked; the message is one sentence for a person. */
public final class TestbedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TestbedException(String sentence) {
        super(sentence);
    }

    public TestbedException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
