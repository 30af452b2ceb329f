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
        var cells = new ArrayList<List<String>>();
        cells.add(List.of("NODE", "IMAGE BEFORE", "IMAGE AFTER", "UNSCHEDULABLE", "OF IT DRAIN", "DOWN"));
        for (Row row : rows) {
            cells.add(List.of(
                    row.node, row.before, row.after,
                    seconds(row.times.unschedulable().at(now)), seconds(row.times.draining().at(now)), seconds(row.times.down().at(now))));
        }
        return cells.stream().map(line -> aligned(line, cells)).toList();
    }

    private static String aligned(List<String> line, List<List<String>> all) {
        var text = new StringBuilder();
        for (int i = 0; i < line.size(); i++) {
            int column = i;
            int width = all.stream().mapToInt(other -> other.get(column).length()).max().orElse(0);
            text.append(line.get(i)).append(" ".repeat(width - line.get(i).length() + 2));
        }
        return text.toString().stripTrailing();
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
