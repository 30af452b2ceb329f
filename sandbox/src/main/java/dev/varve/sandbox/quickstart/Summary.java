package dev.varve.sandbox.quickstart;

import dev.varve.contract.Pullspec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table at the end: what each node ran before and runs now, and for how long it was away. */
record Summary(List<Row> rows) {

    /** @param times since the round began */
    record Row(String node, String before, String after, NodeTimes times) {}

    Summary {
        rows = List.copyOf(rows);
    }

    static String image(java.util.Optional<Pullspec> image) {
        return image.map(Pullspec::abbreviated).orElse("-");
    }

    List<String> lines(Instant now) {
        var lines = new ArrayList<String>();
        String form = "%-10s %-36s %-36s %13s %12s %6s";
        lines.add(form.formatted("NODE", "IMAGE BEFORE", "IMAGE AFTER", "UNSCHEDULABLE", "OF IT DRAIN", "DOWN"));
        for (Row row : rows) {
            lines.add(form.formatted(
                    row.node, row.before, row.after,
                    seconds(row.times.unschedulable().at(now)), seconds(row.times.draining().at(now)), seconds(row.times.down().at(now))));
        }
        return lines;
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
