package dev.varve.agent.state;

/** The attempt file could not be written or set aside. Nothing may be done whose intent is not on disk. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateException(String operation, Throwable cause) {
        super(operation + ": " + cause, cause);
    }
}
