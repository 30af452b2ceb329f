package dev.varve.agent.host;

/**
 * An operation of the host that failed, or whose end was not heard. {@link #detail()} is the host's own text, by which the
 * failure is classified; the message adds what was tried.
 */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String errorName;
    private final String detail;

    /**
     * @param operation what was tried and on what, e.g. {@code Rebase os@sha256:0123456789ab}
     * @param errorName D-Bus error name, or {@code ""} where the failure came as {@code Finished(false, text)}
     * @param detail the host's own text
     */
    public HostException(String operation, String errorName, String detail) {
        super(operation + ": " + detail);
        this.errorName = errorName;
        this.detail = detail;
    }

    public HostException(String operation, String detail, Throwable cause) {
        super(operation + ": " + detail, cause);
        this.errorName = "";
        this.detail = detail;
    }

    public String errorName() {
        return errorName;
    }

    public String detail() {
        return detail;
    }
}
