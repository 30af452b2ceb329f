package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * One column of {@code kubectl get}.
 *
 * @param wide only with {@code -o wide}
 */
record Column(String name, String type, boolean wide, Cell cell) {

    interface Cell {
        JsonNode of(JsonNode object, Instant now);
    }

    /** A column as CRDs define them: dates are shown as an age, and what is not there, or not of the type, as nothing. */
    static Column path(String name, String type, boolean wide, JsonPath path) {
        return new Column(name, type, wide, (object, now) -> {
            JsonNode value = path.first(object);
            return switch (type) {
                case "date" -> age(value.asText(), now);
                case "integer", "number" -> value.isNumber() ? value : NullNode.getInstance();
                case "boolean" -> value.isBoolean() ? value : NullNode.getInstance();
                default -> value.isMissingNode() || value.isNull() ? NullNode.getInstance() : text(value);
            };
        });
    }

    private static JsonNode text(JsonNode value) {
        return JsonNodeFactory.instance.textNode(value.isValueNode() ? value.asText() : value.toString());
    }

    private static JsonNode age(String timestamp, Instant now) {
        if (timestamp.isEmpty()) {
            return NullNode.getInstance();
        }
        try {
            return JsonNodeFactory.instance.textNode(age(Duration.between(Instant.parse(timestamp), now)));
        } catch (DateTimeParseException _) {
            return JsonNodeFactory.instance.textNode("<invalid>");
        }
    }

    /** As apimachinery's {@code duration.HumanDuration}: two units while the first is small. */
    static String age(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (seconds < 120) {
            return seconds + "s";
        }
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (hours < 3) {
            return minutes + "m";
        }
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < 8) {
            return two(days, "d", hours % 24, "h");
        }
        return days < 730 ? days + "d" : two(days / 365, "y", days % 365, "d");
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : small + smallUnit);
    }
}
