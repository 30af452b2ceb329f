package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code spec.nodeName=worker-1,status.phase!=Failed}. Any dotted path is compared; the real server knows a few paths per
 * kind and refuses the rest.
 */
record FieldSelector(List<Term> terms) {
    static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    record Term(String path, boolean equal, String value) {}

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
            terms.add(new Term(sides[0].strip(), equal, sides[1].strip()));
        }
        return new FieldSelector(terms);
    }

    /** The one name that can match, where the selector pins it. */
    Optional<String> name() {
        return terms.stream().filter(term -> term.equal() && term.path().equals("metadata.name")).map(Term::value).findFirst();
    }

    boolean matches(JsonNode object) {
        return terms.stream().allMatch(term -> value(object, term.path()).equals(term.value()) == term.equal());
    }

    /** Text at a dotted path. What is absent has its zero value, and the one boolean field that is selected by is false. */
    static String value(JsonNode object, String path) {
        JsonNode node = object;
        for (String key : path.split("\\.")) {
            node = node.path(key);
        }
        return node.isMissingNode() && path.equals("spec.unschedulable") ? "false" : node.asText("");
    }
}
