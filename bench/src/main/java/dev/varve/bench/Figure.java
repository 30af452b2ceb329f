package dev.varve.bench;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One thing that was measured, once in each run.
 *
 * @param unit of all that follows
 * @param runs in the order in which they were taken; one or more
 * @param target the most that is allowed; empty where nothing was promised
 */
public record Figure(String name, String unit, List<Double> runs, OptionalDouble target) {

    public Figure {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException(name + " was not measured");
        }
        runs = List.copyOf(runs);
    }

    /** The middle one; of an even number of runs the mean of the two in the middle. */
    public double median() {
        List<Double> sorted = runs.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    public double least() {
        return runs.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    public double most() {
        return runs.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** Whether the median is within the target; true where there is none. */
    public boolean met() {
        return target.isEmpty() || median() <= target.getAsDouble();
    }

    /** Whole numbers as such, others with one digit after the point, or three significant ones below ten. */
    static String text(double value) {
        if (value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
    }
}
