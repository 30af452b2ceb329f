package dev.varve.sandbox.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user and password for HTTP Basic authentication. */
public record Credentials(String user, String password) {

    /** Value of the {@code Authorization} header. */
    public String header() {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /** Without the password: records end up in logs. */
    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
