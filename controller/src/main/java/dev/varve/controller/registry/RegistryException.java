package dev.varve.controller.registry;

import org.jspecify.annotations.Nullable;

/** A registry that gave no answer to rely on. The message names operation, image or address, and cause. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What can be done about it. */
    public enum Kind {
        /** 401 or 403: the credentials must change. */
        Unauthorized,
        /** 405: this registry does not do that, or was told not to. */
        Unsupported,
        /** Part of an image that is there is not. */
        Missing,
        /** No connection, or it broke. */
        Unreachable,
        /** 429 or 5xx: later. */
        Busy,
        /** An answer that cannot be understood, or contents that do not have their digest. */
        Invalid
    }

    RegistryException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public RegistryException(Kind kind, String message) {
        this(kind, message, null);
    }

    public Kind kind() {
        return kind;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
