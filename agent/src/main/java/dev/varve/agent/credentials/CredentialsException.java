package dev.varve.agent.credentials;

/** Credentials that could not be brought to the host. The message is one sentence: which file, what is wrong, what to do. */
final class CredentialsException extends Exception {
    private static final long serialVersionUID = 1L;

    CredentialsException(String sentence) {
        super(sentence);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
