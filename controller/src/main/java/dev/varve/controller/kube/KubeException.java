package dev.varve.controller.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;

/** A request to the API server that failed, or a turn that may not go on. The message names operation, object and cause. */
public final class KubeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;

    private final int code;

    public KubeException(String message) {
        this(message, null, 0);
    }

    public KubeException(String operation, KubernetesClientException cause) {
        this(operation + ": " + reason(cause), cause, cause.getCode());
    }

    private KubeException(String message, @Nullable Throwable cause, int code) {
        super(message, cause);
        this.code = code;
    }

    /** Somebody else has changed the object since it was read. */
    public boolean isConflict() {
        return code == CONFLICT;
    }

    public boolean isNotFound() {
        return code == NOT_FOUND;
    }

    /** The API server's own words where there are any: the client's message has the whole request in it. */
    private static String reason(KubernetesClientException cause) {
        if (cause.getStatus() != null && cause.getStatus().getMessage() != null) {
            return cause.getStatus().getMessage();
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
