package dev.varve.controller.http;

/** The server could not be started. */
public final class HttpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HttpException(String message, Throwable cause) {
        super(message, cause);
    }
}
