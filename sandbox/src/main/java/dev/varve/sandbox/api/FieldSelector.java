package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code spec.nodeName=worker-1,status.phase!=Failed}. Any dotted path is compared; the real server knows a few paths per
 * kind and refuses the rest.
 */
record FieldSelector(List<Term> terms) {
    static final FieldSelector EVERYTHING = new FieldSelector(List.of());
    /** Fields that have one value per object and that thousands of agents select by. */
    private static final List<String> PINS = List.of("metadata.name", "spec.nodeName");

    record Term(String path, List<String> keys, boolean equal, String value) {

        boolean matches(JsonNode object) {
            return FieldSelector.value(object, keys).equals(value) == equal;
        }
    }

    FieldSelector {
        terms = List.copyOf(terms);
    }

    static FieldSelector parse(String text) {
        var terms = new ArrayList<Term>();
        for (String part : text.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            boolean equal = !part.contains("!=");
            String[] sides = part.split(equal ? "==?" : "!=", 2);
            if (sides.length < 2) {
                throw StatusException.badRequest("invalid selector: '%s'; can't understand '%s'".formatted(text, part));
            }
            String path = sides[0].strip();
            terms.add(new Term(path, List.of(path.split("\\.")), equal, sides[1].strip()));
        }
        return new FieldSelector(terms);
    }

    boolean matches(JsonNode object) {
        return terms.stream().allMatch(term -> term.matches(object));
    }

    /** The one name that can match, where the selector pins it. */
    Optional<String> name() {
        return pinned("metadata.name").map(Term::value);
    }

    /** What only few objects share and this selector wants, {@code spec.nodeName=worker-1}; "" where it wants no such thing. */
    String pin() {
        return PINS.stream().flatMap(path -> pinned(path).stream()).findFirst().map(t -> t.path() + "=" + t.value()).orElse("");
    }

    /** All pins that fit an object. */
    static Stream<String> pins(JsonNode object) {
        return PINS.stream().map(path -> path + "=" + value(object, List.of(path.split("\\."))));
    }

    private Optional<Term> pinned(String path) {
        return terms.stream().filter(term -> term.equal() && term.path().equals(path)).findFirst();
    }

    /** Text at a path. What is absent has its zero value, and the one boolean field that is selected by is false. */
    static String value(JsonNode object, List<String> keys) {
        JsonNode node = object;
        for (String key : keys) {
            node = node.path(key);
        }
        return node.isMissingNode() && keys.getLast().equals("unschedulable") ? "false" : node.asText("");
    }
}
