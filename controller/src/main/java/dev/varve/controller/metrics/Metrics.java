package dev.varve.controller.metrics;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The metrics of contract.md section 5 that the controller knows. Safe for use by several threads. */
public final class Metrics {
    private final Map<String, Family> families = new LinkedHashMap<>();

    public Metrics() {
        add("varve_pool_nodes", "gauge", "Nodes of a pool, by what they are doing.");
        add("varve_pool_budget_used", "gauge", "Nodes of a pool that are away, of those that may be.");
        add("varve_builds_total", "counter", "Builds that ended, by result.");
        add("varve_images_deleted_total", "counter", "Images that nobody needed any more, deleted from their registry.");
        add("varve_reconcile_seconds", "summary", "Time that one turn of a loop took.");
    }

    /** @param state one of a fixed few words */
    public void poolNodes(String pool, String state, int nodes) {
        set("varve_pool_nodes", labels("pool", pool, "state", state), nodes);
    }

    public void budgetUsed(String pool, int nodes) {
        set("varve_pool_budget_used", labels("pool", pool), nodes);
    }

    /** @param result {@code succeeded}, {@code failed} or {@code interrupted} */
    public void buildEnded(String pool, String result) {
        count("varve_builds_total", labels("pool", pool, "result", result), 1);
    }

    public void imageDeleted(String pool) {
        count("varve_images_deleted_total", labels("pool", pool), 1);
    }

    public void reconciled(String loop, double seconds) {
        synchronized (families) {
            Family family = family("varve_reconcile_seconds");
            family.values.merge("_sum" + labels("loop", loop), seconds, Double::sum);
            family.values.merge("_count" + labels("loop", loop), 1.0, Double::sum);
        }
    }

    /** A pool that is gone leaves nothing behind. */
    public void forget(String pool) {
        String label = "pool=\"" + escaped(pool) + '"';
        synchronized (families) {
            families.values().stream()
                    .filter(family -> family.type.equals("gauge"))
                    .forEach(family -> family.values.keySet().removeIf(key -> key.contains(label)));
        }
    }

    /** In Prometheus' text format 0.0.4. */
    public String text() {
        synchronized (families) {
            return families.values().stream().map(Family::text).collect(Collectors.joining());
        }
    }

    private void set(String name, String labels, double value) {
        synchronized (families) {
            family(name).values.put(labels, value);
        }
    }

    private void count(String name, String labels, double more) {
        synchronized (families) {
            family(name).values.merge(labels, more, Double::sum);
        }
    }

    private Family family(String name) {
        Family family = families.get(name);
        if (family == null) {
            throw new IllegalArgumentException("no metric " + name);
        }
        return family;
    }

    private void add(String name, String type, String help) {
        families.put(name, new Family(name, type, help, new TreeMap<>()));
    }

    private static String labels(String... pairs) {
        var text = new StringBuilder("{");
        for (int i = 0; i < pairs.length; i += 2) {
            text.append(i == 0 ? "" : ",").append(pairs[i]).append("=\"").append(escaped(pairs[i + 1])).append('"');
        }
        return text.append('}').toString();
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** @param values by suffix and labels, as they are written */
    private record Family(String name, String type, String help, Map<String, Double> values) {
        String text() {
            var text = new StringBuilder("# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n");
            values.forEach((key, value) -> text.append(name).append(key).append(' ').append(number(value)).append('\n'));
            return text.toString();
        }

        private static String number(double value) {
            return value == Math.rint(value) && Math.abs(value) < 1e15
                    ? Long.toString((long) value)
                    : String.format(Locale.ROOT, "%.6f", value);
        }
    }
}
