package dev.varve.contract;

import org.jspecify.annotations.Nullable;

/** A value on the wire that cannot be read. The message names the key and the value and says what would be right. */
public final class ContractException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 120;

    private final String sentence;

    public ContractException(String key, @Nullable Object value, String expected) {
        this(key + " is " + shown(value) + ": " + expected);
    }

    private ContractException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    /** The message, for a status or an annotation. */
    public String sentence() {
        return sentence;
    }

    /** A value as a sentence can show it: quoted, on one line, cut after {@value #SHOWN} characters. */
    static String shown(@Nullable Object value) {
        String text = String.valueOf(value).replaceAll("\\p{Cntrl}", "?");
        return '"' + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + '"';
    }
}
