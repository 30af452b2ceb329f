package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A structural schema at work: fills in defaults, and finds what is missing or of the wrong type, in the words of the real
 * server (kube-openapi's validation and apiextensions' field errors). Unknown fields are kept. CEL rules
 * ({@code x-kubernetes-validations}), formats and {@code oneOf} are not evaluated.
 */
final class Schema {
    /** Their schema is not the custom kind's, and they are checked elsewhere. */
    private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata");

    private final List<FieldError> errors = new ArrayList<>();

    private Schema() {}

    static List<FieldError> errors(JsonNode schema, JsonNode object) {
        var check = new Schema();
        check.value("", schema, object);
        return check.errors;
    }

    /** The value with defaults filled in; shared where there was nothing to fill in. */
    static JsonNode withDefaults(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode filled = Trees.copy(object);
            schema.path("properties").properties().forEach(property -> {
                String name = property.getKey();
                JsonNode known = filled.has(name) ? filled.get(name) : property.getValue().path("default");
                if (!known.isMissingNode()) {
                    filled.set(name, withDefaults(property.getValue(), known));
                }
            });
            JsonNode others = schema.path("additionalProperties");
            if (others.isObject()) {
                object.properties().forEach(entry -> filled.set(entry.getKey(), withDefaults(others, entry.getValue())));
            }
            return filled.equals(object) ? object : filled;
        }
        if (value instanceof ArrayNode array && schema.path("items").isObject()) {
            ArrayNode filled = array.arrayNode();
            array.forEach(element -> filled.add(withDefaults(schema.path("items"), element)));
            return filled.equals(array) ? array : filled;
        }
        return value;
    }

    private void value(String field, JsonNode schema, JsonNode value) {
        String wanted = schema.path("type").asText();
        if (value.isNull() && schema.path("nullable").asBoolean() || schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return;
        }
        String actual = type(value);
        if (!wanted.isEmpty() && !wanted.equals(actual) && !(wanted.equals("number") && actual.equals("integer"))) {
            errors.add(FieldError.type(field, actual, wanted));
            return;
        }
        JsonNode allowed = schema.path("enum");
        if (allowed.isArray() && allowed.valueStream().noneMatch(value::equals)) {
            errors.add(FieldError.unsupported(field, value.toString(), Trees.texts(allowed)));
        }
        switch (value.getNodeType()) {
            case OBJECT -> object(field, schema, value);
            case ARRAY -> array(field, schema, value);
            case STRING -> string(field, schema, value);
            case NUMBER -> number(field, schema, value);
            default -> { }
        }
    }

    private void object(String field, JsonNode schema, JsonNode object) {
        for (String required : Trees.texts(schema.path("required"))) {
            if (!object.has(required)) {
                errors.add(FieldError.required(child(field, required), ""));
            }
        }
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        object.properties().forEach(entry -> {
            String name = entry.getKey();
            if (field.isEmpty() && OF_EVERY_OBJECT.contains(name)) {
                return;
            }
            if (properties.has(name)) {
                value(child(field, name), properties.get(name), entry.getValue());
            } else if (others.isObject()) {
                value(child(field, name), others, entry.getValue());
            }
        });
    }

    private void array(String field, JsonNode schema, JsonNode array) {
        if (schema.has("maxItems") && array.size() > schema.path("maxItems").asInt()) {
            errors.add(new FieldError(field, "FieldValueTooMany",
                    "Too many: %d: must have at most %d items".formatted(array.size(), schema.path("maxItems").asInt())));
        }
        if (array.size() < schema.path("minItems").asInt()) {
            errors.add(FieldError.invalid(field, Integer.toString(array.size()),
                    "%s in body should have at least %d items".formatted(field, schema.path("minItems").asInt())));
        }
        for (int i = 0; i < array.size(); i++) {
            value(field + "[" + i + "]", schema.path("items"), array.get(i));
        }
    }

    private void string(String field, JsonNode schema, JsonNode value) {
        String text = value.asText();
        if (schema.has("maxLength") && text.codePointCount(0, text.length()) > schema.path("maxLength").asInt()) {
            errors.add(FieldError.tooLong(field, schema.path("maxLength").asLong()));
        }
        if (text.codePointCount(0, text.length()) < schema.path("minLength").asInt()) {
            errors.add(FieldError.invalid(field, value.toString(),
                    "%s in body should be at least %d chars long".formatted(field, schema.path("minLength").asInt())));
        }
        String pattern = schema.path("pattern").asText();
        if (!pattern.isEmpty() && !Pattern.compile(pattern).matcher(text).find()) {
            errors.add(FieldError.invalid(field, value.toString(), "%s in body should match '%s'".formatted(field, pattern)));
        }
    }

    private void number(String field, JsonNode schema, JsonNode value) {
        if (schema.has("minimum") && value.asDouble() < schema.path("minimum").asDouble()) {
            errors.add(FieldError.invalid(field, value.toString(),
                    "%s in body should be greater than or equal to %s".formatted(field, plain(schema.path("minimum")))));
        }
        if (schema.has("maximum") && value.asDouble() > schema.path("maximum").asDouble()) {
            errors.add(FieldError.invalid(field, value.toString(),
                    "%s in body should be less than or equal to %s".formatted(field, plain(schema.path("maximum")))));
        }
    }

    /** As Go prints a float: 1.0 is "1". */
    private static String plain(JsonNode number) {
        return number.decimalValue().stripTrailingZeros().toPlainString();
    }

    private static String child(String field, String name) {
        return field.isEmpty() ? name : field + "." + name;
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            default -> "null";
        };
    }
}
