package dev.varve.systemd;

/** The journal cannot be reached, or does not take an entry. The message has the operation, the socket and the cause. */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
