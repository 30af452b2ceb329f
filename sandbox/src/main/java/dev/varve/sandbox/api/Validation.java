package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What is checked of every object before it is stored: names, labels, sizes, and a custom kind's schema. */
final class Validation {
    private static final Pattern SUBDOMAIN = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final int LONGEST_NAME = 253;
    private static final Pattern LABEL = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
    private static final int LONGEST_LABEL = 63;
    /** TotalAnnotationSizeLimitB of apimachinery: keys and values together. */
    private static final int MOST_ANNOTATION_BYTES = 256 * 1024;
    /** MaxSecretSize of k8s.io/api core/v1, counted after decoding. */
    private static final int MOST_SECRET_BYTES = 1024 * 1024;

    private Validation() {}

    /** @throws StatusException 422 with everything that is wrong */
    static void check(Kind kind, ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        String name = metadata.path("name").asText();
        var errors = new ArrayList<FieldError>();
        name(kind, name, errors);
        metadata.path("labels").forEach(value -> label(value.asText(), errors));
        int bytes = metadata.path("annotations").properties().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().asText().length())
                .sum();
        if (bytes > MOST_ANNOTATION_BYTES) {
            errors.add(FieldError.tooLong("metadata.annotations", MOST_ANNOTATION_BYTES));
        }
        if (kind.is("", "secrets") && secretBytes(object.path("data")) > MOST_SECRET_BYTES) {
            errors.add(FieldError.tooLong("data", MOST_SECRET_BYTES));
        }
        if (kind.is("apiextensions.k8s.io", "customresourcedefinitions")) {
            definition(object, errors);
        }
        errors.addAll(Schema.errors(kind.schema(), object));
        if (!errors.isEmpty()) {
            throw StatusException.invalid(kind, name, errors);
        }
    }

    private static void name(Kind kind, String name, List<FieldError> errors) {
        // RBAC names are path segments: "system:node" is one.
        if (!kind.group().equals("rbac.authorization.k8s.io")
                && (name.length() > LONGEST_NAME || !SUBDOMAIN.matcher(name).matches())) {
            errors.add(FieldError.invalid("metadata.name", '"' + name + '"',
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
                            + "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '"
                            + SUBDOMAIN + "')"));
        }
    }

    private static void definition(JsonNode crd, List<FieldError> errors) {
        JsonNode spec = crd.path("spec");
        String name = crd.path("metadata").path("name").asText();
        if (!name.equals(spec.path("names").path("plural").asText() + "." + spec.path("group").asText())) {
            errors.add(FieldError.invalid("metadata.name", '"' + name + '"', "must be spec.names.plural+\".\"+spec.group"));
        }
        try {
            CustomKinds.of(crd);
        } catch (IllegalArgumentException e) {
            errors.add(FieldError.invalid("spec.versions", "additionalPrinterColumns", String.valueOf(e.getMessage())));
        }
    }

    private static void label(String value, List<FieldError> errors) {
        if (value.length() > LONGEST_LABEL) {
            errors.add(FieldError.invalid(
                    "metadata.labels", '"' + value + '"', "must be no more than " + LONGEST_LABEL + " bytes"));
        } else if (!LABEL.matcher(value).matches()) {
            errors.add(FieldError.invalid("metadata.labels", '"' + value + '"',
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
                            + "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
                            + "regex used for validation is '" + LABEL + "')"));
        }
    }

    private static int secretBytes(JsonNode data) {
        return data.valueStream().mapToInt(value -> value.asText().length() / 4 * 3).sum();
    }
}
