package dev.varve.sandbox.registry;

import org.jspecify.annotations.Nullable;

/** A request to a registry that did not succeed, or a registry that could not be started. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** {@link #status} where there was no answer at all. */
    public static final int NO_ANSWER = 0;

    private final int status;
    private final String reason;

    RegistryException(String operation, String object, int status, String reason) {
        this(operation, object, status, reason, null);
    }

    RegistryException(String operation, String object, int status, String reason, @Nullable Throwable cause) {
        super(operation + " " + object + ": " + (status == NO_ANSWER ? "" : status + " ") + reason, cause);
        this.status = status;
        this.reason = reason;
    }

    /** HTTP status of the answer, or {@link #NO_ANSWER}. */
    public int status() {
        return status;
    }

    /** The registry's own words, e.g. {@code MANIFEST_UNKNOWN: manifest unknown}, or why there was no answer. */
    public String reason() {
        return reason;
    }
}
