package dev.varve.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of the objects we make (contract.md section 3). Too long a name is shortened in the middle, never refused. */
public final class Names {
    /** Longest object name, in characters. */
    public static final int MAX_NAME = 253;
    /** Longest label value, and longest pod host name, in characters. */
    public static final int MAX_LABEL = 63;

    private static final int HASH = 8;

    private Names() {}

    /** @param specHash 32 hexadecimal digits of the canonical spec */
    public static String renderedConfig(String pool, String specHash) {
        return fit("rendered-" + pool + "-" + specHash, MAX_NAME);
    }

    /** @param inputHash 8 hexadecimal digits of all build inputs */
    public static String build(String machineOSConfig, String rendered, String inputHash) {
        return fit(machineOSConfig + "-" + rendered + "-" + inputHash + "-builder", MAX_NAME);
    }

    /** @param attempt 1 or more; the first has no suffix */
    public static String buildPod(String rendered, String inputHash, int attempt) {
        return fit("build-" + rendered + "-" + inputHash + (attempt > 1 ? "-" + attempt : ""), MAX_NAME);
    }

    public static String buildContext(String rendered, String inputHash) {
        return fit("build-context-" + rendered + "-" + inputHash, MAX_NAME);
    }

    /** ConfigMap with the log of a failed build's last pod. */
    public static String buildLog(String pod) {
        return fit(pod + "-log", MAX_NAME);
    }

    /** Tag of the built image; a tag may have 128 characters. */
    public static String imageTag(String rendered, String inputHash) {
        return fit(rendered + "-" + inputHash, 128);
    }

    public static String agentDaemonSet(String pool) {
        return fit("varve-agent-" + pool, MAX_LABEL);
    }

    /** A value for a label: as it is where it fits. */
    public static String label(String value) {
        return fit(value, MAX_LABEL);
    }

    /**
     * The name, or where it is longer than the limit its beginning and its end with a hash of the whole between: two names
     * that differ anywhere stay different.
     */
    public static String fit(String name, int limit) {
        if (name.length() <= limit) {
            return name;
        }
        String hash = sha256(name.getBytes(StandardCharsets.UTF_8)).substring(0, HASH);
        int kept = limit - HASH - 2;
        String head = name.substring(0, kept - kept / 2);
        String tail = name.substring(name.length() - kept / 2);
        return head.replaceAll("[^a-z0-9]+$", "") + "-" + hash + "-" + tail.replaceAll("^[^a-z0-9]+", "");
    }

    /** SHA-256 in 64 lower-case hexadecimal digits. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("every Java platform has SHA-256", never);
        }
    }
}
