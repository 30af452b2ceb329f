package dev.varve.bench;

/** A benchmark cannot be run, or what it measures did not do what it should. The message is one sentence. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BenchException(String message) {
        super(message);
    }

    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
