package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Label selectors as text ({@code app=web,tier in (a,b),!legacy}) and as an object (matchLabels, matchExpressions). */
record LabelSelector(List<Requirement> requirements) {
    static final LabelSelector EVERYTHING = new LabelSelector(List.of());
    private static final Pattern TERM = Pattern.compile(
            "\\s*(?<not>!?)\\s*(?<key>[\\w./-]+)\\s*"
                    + "(?:(?<op>==|=|!=)\\s*(?<value>[\\w.-]*)|\\s(?<set>in|notin)\\s*\\((?<values>[^)]*)\\))?\\s*(?:,|$)");

    private enum Operator { IN, NOT_IN, EXISTS, DOES_NOT_EXIST }

    record Requirement(String key, Operator operator, Set<String> values) {

        /** As the real one: an absent label is not in any set. */
        boolean matches(JsonNode labels) {
            boolean present = labels.has(key);
            return switch (operator) {
                case IN -> present && values.contains(labels.path(key).asText());
                case NOT_IN -> !present || !values.contains(labels.path(key).asText());
                case EXISTS -> present;
                case DOES_NOT_EXIST -> !present;
            };
        }
    }

    LabelSelector {
        requirements = List.copyOf(requirements);
    }

    static LabelSelector parse(String text) {
        var requirements = new ArrayList<Requirement>();
        Matcher matcher = TERM.matcher(text);
        int end = 0;
        while (end < text.length()) {
            if (!matcher.region(end, text.length()).lookingAt()) {
                throw StatusException.badRequest("unable to parse requirement: found '" + text.substring(end).strip() + "'");
            }
            requirements.add(requirement(matcher));
            end = matcher.end();
        }
        return new LabelSelector(requirements);
    }

    private static Requirement requirement(Matcher matcher) {
        String key = matcher.group("key");
        if (matcher.group("op") instanceof String op) {
            return new Requirement(key, op.equals("!=") ? Operator.NOT_IN : Operator.IN, Set.of(matcher.group("value")));
        }
        if (matcher.group("set") instanceof String set) {
            var values = Stream.of(matcher.group("values").split(",")).map(String::strip).collect(Collectors.toSet());
            return new Requirement(key, set.equals("in") ? Operator.IN : Operator.NOT_IN, values);
        }
        return new Requirement(key, matcher.group("not").isEmpty() ? Operator.EXISTS : Operator.DOES_NOT_EXIST, Set.of());
    }

    static LabelSelector of(JsonNode selector) {
        var requirements = new ArrayList<Requirement>();
        selector.path("matchLabels").properties().forEach(label ->
                requirements.add(new Requirement(label.getKey(), Operator.IN, Set.of(label.getValue().asText()))));
        for (JsonNode expression : selector.path("matchExpressions")) {
            Operator operator = switch (expression.path("operator").asText()) {
                case "In" -> Operator.IN;
                case "NotIn" -> Operator.NOT_IN;
                case "Exists" -> Operator.EXISTS;
                case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
                default -> throw StatusException.badRequest(
                        expression.path("operator") + " is not a valid label selector operator");
            };
            requirements.add(new Requirement(
                    expression.path("key").asText(), operator, Set.copyOf(Trees.texts(expression.path("values")))));
        }
        return new LabelSelector(requirements);
    }

    boolean matches(JsonNode object) {
        JsonNode labels = object.path("metadata").path("labels");
        return requirements.stream().allMatch(requirement -> requirement.matches(labels));
    }
}
