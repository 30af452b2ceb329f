package dev.varve.agent.cluster;

/** A request to the API server that failed. The message has the operation, the object and the cause. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int CONFLICT = 409;
    private final int code;

    /**
     * @param operation what was tried and on what, e.g. {@code patch node worker-1}
     * @param code HTTP status, 0 where there was no answer
     */
    public ClusterException(String operation, int code, Throwable cause) {
        super(operation + ": " + cause.getMessage(), cause);
        this.code = code;
    }

    public ClusterException(String operation, String detail) {
        super(operation + ": " + detail);
        this.code = 0;
    }

    /** Somebody else has written the object since it was read. */
    public boolean conflict() {
        return code == CONFLICT;
    }
}
