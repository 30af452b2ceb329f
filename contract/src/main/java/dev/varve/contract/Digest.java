package dev.varve.contract;

import java.util.regex.Pattern;

/** Digest of an image manifest: {@code sha256:} and 64 lower-case hexadecimal digits. */
public record Digest(String value) implements Comparable<Digest> {
    private static final Pattern FORM = Pattern.compile("sha256:[a-f0-9]{64}");
    private static final int SHORT = "sha256:".length() + 12;

    public Digest {
        if (!FORM.matcher(value).matches()) {
            throw new ContractException("digest", value, "want sha256: and 64 lower-case hexadecimal digits");
        }
    }

    public static boolean isDigest(String text) {
        return FORM.matcher(text).matches();
    }

    /** {@code sha256:} and the first 12 digits, for people. */
    public String abbreviated() {
        return value.substring(0, SHORT);
    }

    /** The 64 digits alone. */
    public String hex() {
        return value.substring("sha256:".length());
    }

    @Override
    public int compareTo(Digest other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
