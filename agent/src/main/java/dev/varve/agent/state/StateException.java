package dev.varve.agent.state;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** The attempt file could not be written or set aside. Nothing may be done whose intent is not on disk. */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StateException(String operation, IOException cause) {
        super(operation + ": " + reason(cause), cause);
    }

    /** What the system said, where it said something: file and operation are named already. */
    private static String reason(IOException cause) {
        String reason = cause instanceof FileSystemException known ? known.getReason() : cause.getMessage();
        return reason == null ? cause.toString() : reason;
    }
}
