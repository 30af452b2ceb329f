package dev.varve.sandbox.host;

/** Ends a transaction; the message is the text of its {@code Finished(false, text)}. */
final class TransactionFailed extends Exception {
    private static final long serialVersionUID = 1L;

    TransactionFailed(String text) {
        super(text);
    }
}
