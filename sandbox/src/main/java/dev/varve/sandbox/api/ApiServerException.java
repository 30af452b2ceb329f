package dev.varve.sandbox.api;

/** The server cannot start; the message says why and what would help. */
public final class ApiServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApiServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
