package dev.varve.sandbox.registry;

import java.util.Optional;

/**
 * How a registry starts.
 *
 * @param port TCP port on the loopback interface, 0 for any free one
 * @param credentials what every request must carry; empty for an open registry
 * @param maxUploadBytes largest blob or manifest accepted, in bytes; all are held in memory
 */
public record RegistryOptions(int port, Optional<Credentials> credentials, long maxUploadBytes) {
    /** Enough for what the stand-in builder makes; an honest image of an operating system is refused, not swallowed. */
    public static final long DEFAULT_MAX_UPLOAD_BYTES = 64L << 20;

    public RegistryOptions {
        if (port < 0 || port > 65_535 || maxUploadBytes < 1) {
            throw new IllegalArgumentException("port " + port + ", maxUploadBytes " + maxUploadBytes);
        }
    }

    public static RegistryOptions onPort(int port) {
        return new RegistryOptions(port, Optional.empty(), DEFAULT_MAX_UPLOAD_BYTES);
    }

    public RegistryOptions withCredentials(Credentials wanted) {
        return new RegistryOptions(port, Optional.of(wanted), maxUploadBytes);
    }

    public RegistryOptions withMaxUploadBytes(long bytes) {
        return new RegistryOptions(port, credentials, bytes);
    }
}
