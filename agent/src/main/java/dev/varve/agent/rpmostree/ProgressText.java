package dev.varve.agent.rpmostree;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a transaction tells, for people: "layer 12 of 65, 212 MiB" is the twelfth layer, with what it and those before it
 * weigh. rpm-ostree counts from 0 and puts a no-break space before its decimal units (rpm-ostree-dbus.md 7.2).
 */
final class ProgressText {
    private static final Pattern FETCHING =
            Pattern.compile("\\[(\\d{1,9})/(\\d{1,9})] Fetching .*\\((\\d{1,9}(?:\\.\\d{1,9})?)[\\u00a0 ](bytes|byte|kB|MB|GB)\\)");
    private static final Map<String, Double> UNITS = Map.of("byte", 1.0, "bytes", 1.0, "kB", 1e3, "MB", 1e6, "GB", 1e9);
    private static final double MEBIBYTE = 1024 * 1024;

    private double bytes;

    String of(String told) {
        Matcher fetching = FETCHING.matcher(told);
        if (!fetching.matches()) {
            return told.replace('\u00a0', ' ');
        }
        bytes += Double.parseDouble(fetching.group(3)) * UNITS.getOrDefault(fetching.group(4), 1.0);
        int index = Integer.parseInt(fetching.group(1)) + 1;
        return String.format(Locale.ROOT, "layer %d of %s, %.0f MiB", index, fetching.group(2), bytes / MEBIBYTE);
    }
}
