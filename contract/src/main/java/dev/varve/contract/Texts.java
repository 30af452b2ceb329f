package dev.varve.contract;

/** Texts that go where only so much has room. */
public final class Texts {
    private static final String CUT = "...";

    private Texts() {}

    /** The text, or its beginning and three dots. @param most characters in all, 3 or more */
    public static String cut(String text, int most) {
        return text.length() > most ? text.substring(0, most - CUT.length()) + CUT : text;
    }
}
