package dev.varve.contract;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Kubernetes writes them ({@code 1h30m}, {@code 250ms}) and as people read them ({@code 4m12s}). */
public final class Durations {
    /** Nothing here is meant to take longer, and a time that far off can still be reckoned with. */
    private static final Duration MOST = Duration.ofDays(3650);
    private static final Pattern PART = Pattern.compile("([0-9]+)(ms|h|m|s)");

    private Durations() {}

    /** @throws ContractException naming the key where the text is not a duration */
    public static Duration parse(String key, String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        int end = 0;
        try {
            while (part.find() && part.start() == end) {
                long count = Long.parseLong(part.group(1));
                sum = sum.plus(switch (part.group(2)) {
                    case "h" -> Duration.ofHours(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "s" -> Duration.ofSeconds(count);
                    default -> Duration.ofMillis(count);
                });
                end = part.end();
            }
        } catch (NumberFormatException | ArithmeticException tooLong) {
            throw new ContractException(key, text, "too long a duration");
        }
        if (text.isEmpty() || end != text.length()) {
            throw new ContractException(key, text, "want a duration such as 30s, 10m or 1h30m");
        }
        if (sum.compareTo(MOST) > 0) {
            throw new ContractException(key, text, "too long a duration");
        }
        return sum;
    }

    /** {@code 4m12s}, {@code 2h5m}, {@code 8s}, {@code 0.4s}: two units at the most; tenths below ten seconds. */
    public static String text(Duration duration) {
        if (duration.isNegative()) {
            return "0s";
        }
        long seconds = duration.toSeconds();
        if (seconds < 10 && duration.toMillis() % 1000 >= 100) {
            return seconds + "." + duration.toMillisPart() / 100 + "s";
        }
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return duration.toMinutes() + "m" + rest(duration.toSecondsPart(), "s");
        }
        if (duration.toDays() < 2) {
            return duration.toHours() + "h" + rest(duration.toMinutesPart(), "m");
        }
        return duration.toDays() + "d" + rest(duration.toHoursPart(), "h");
    }

    /** The form {@link #parse} reads, exact to the millisecond. */
    public static String wire(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static String rest(int count, String unit) {
        return count == 0 ? "" : count + unit;
    }
}
