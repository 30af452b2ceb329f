package dev.varve.sandbox.builder;

/** A build or a push that failed, as buildah would end: with an exit code and a last line. */
public final class BuildException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** buildah's exit code for everything but a failed command of the Containerfile. */
    public static final int OWN_FAILURE = 125;

    private final int exitCode;

    BuildException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    BuildException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** 1-255. */
    public int exitCode() {
        return exitCode;
    }
}
