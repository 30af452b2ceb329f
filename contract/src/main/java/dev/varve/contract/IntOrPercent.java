package dev.varve.contract;

import java.util.regex.Pattern;

/** A number of nodes, or a share of a pool in percent. */
public record IntOrPercent(int number, boolean percent) {
    private static final Pattern FORM = Pattern.compile("[0-9]{1,9}%?");

    public IntOrPercent {
        if (number < 0 || percent && number > 100) {
            throw new ContractException("number", number + (percent ? "%" : ""), "want 0 or more, and at most 100%");
        }
    }

    public static IntOrPercent count(int number) {
        return new IntOrPercent(number, false);
    }

    public static IntOrPercent share(int number) {
        return new IntOrPercent(number, true);
    }

    /** @throws ContractException naming the key where the value is neither a number nor a percentage */
    public static IntOrPercent parse(String key, Object value) {
        String text = String.valueOf(value);
        if (!FORM.matcher(text).matches()) {
            throw new ContractException(key, value, "want a number of nodes such as 2, or a percentage such as 25%");
        }
        boolean percent = text.endsWith("%");
        int number = Integer.parseInt(percent ? text.substring(0, text.length() - 1) : text);
        if (percent && number > 100) {
            throw new ContractException(key, value, "more than 100%");
        }
        return new IntOrPercent(number, percent);
    }

    /** Of so many nodes: a percentage is rounded down, and the result is at least 1 (reference-behaviour.md 4.3). */
    public int of(long nodes) {
        long count = percent ? nodes * number / 100 : number;
        return (int) Math.max(1, count);
    }

    @Override
    public String toString() {
        return percent ? number + "%" : Integer.toString(number);
    }
}
