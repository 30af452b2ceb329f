package dev.varve.sandbox.host;

import java.util.Locale;

/** Sizes as GLib's {@code g_format_size} writes them: powers of 1000, and a no-break space before the unit. */
final class Sizes {
    private static final char NO_BREAK_SPACE = '\u00a0';
    private static final String UNITS = "kMGT";
    private static final double STEP = 1000;

    private Sizes() {}

    static String format(long bytes) {
        if (bytes < STEP) {
            return bytes + " bytes";
        }
        double value = bytes / STEP;
        int unit = 0;
        while (value >= STEP && unit < UNITS.length() - 1) {
            value /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f%c%cB", value, NO_BREAK_SPACE, UNITS.charAt(unit));
    }
}
