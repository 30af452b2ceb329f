package dev.varve.agent.host;

/**
 * An operation of the host that failed, or whose end was not heard. {@link #detail()} is the host's own text, by which the
 * failure is classified; the message adds what was tried.
 */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String operation;
    private final String errorName;
    private final String detail;

    /**
     * @param operation what was tried and on what, e.g. {@code Rebase os@sha256:0123456789ab}
     * @param errorName D-Bus error name, or {@code ""} where the failure came as {@code Finished(false, text)}
     * @param detail the host's own text
     */
    public HostException(String operation, String errorName, String detail) {
        super(operation + ": " + detail);
        this.operation = operation;
        this.errorName = errorName;
        this.detail = detail;
    }

    public HostException(String operation, String detail, Throwable cause) {
        super(operation + ": " + detail, cause);
        this.operation = operation;
        this.errorName = "";
        this.detail = detail;
    }

    /** The same failure, with what else is known about it behind the host's text. */
    public HostException with(String more) {
        String both = detail + "; " + more;
        HostException fuller = getCause() == null
                ? new HostException(operation, errorName, both)
                : new HostException(operation, both, getCause());
        for (Throwable suppressed : getSuppressed()) {
            fuller.addSuppressed(suppressed);
        }
        return fuller;
    }

    public String errorName() {
        return errorName;
    }

    public String detail() {
        return detail;
    }
}
