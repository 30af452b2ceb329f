package dev.varve.sandbox.builder;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pairs of a LABEL instruction: {@code a=b "c d"="e f"}, or the old form {@code a some text}. */
final class Labels {
    private static final Pattern PAIR = Pattern.compile("(\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s=]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'|\\S*)");

    private Labels() {}

    static Map<String, String> parse(String arguments) {
        var labels = new LinkedHashMap<String, String>();
        Matcher pair = PAIR.matcher(arguments);
        while (pair.find()) {
            labels.put(plain(pair.group(1)), plain(pair.group(2)));
        }
        String[] old = arguments.split("\\s+", 2);
        if (labels.isEmpty() && old.length == 2) {
            labels.put(old[0], old[1]);
        }
        return labels;
    }

    private static String plain(String text) {
        boolean quoted = text.length() > 1 && (text.startsWith("\"") || text.startsWith("'"));
        return quoted ? text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1") : text;
    }
}
