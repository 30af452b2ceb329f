package dev.varve.sandbox.api;

import java.util.List;
import java.util.stream.Collectors;

/** One field that is wrong, in the words of apimachinery's {@code field.Error}. */
record FieldError(String field, String reason, String message) {

    static FieldError required(String field, String detail) {
        return new FieldError(field, "FieldValueRequired", "Required value" + (detail.isEmpty() ? "" : ": " + detail));
    }

    /** @param value as JSON writes it: a string with its quotes */
    static FieldError invalid(String field, String value, String detail) {
        return new FieldError(field, "FieldValueInvalid", "Invalid value: " + value + ": " + detail);
    }

    static FieldError type(String field, String actual, String wanted) {
        return new FieldError(field, "FieldValueTypeInvalid",
                "Invalid value: \"%s\": %s in body must be of type %s: \"%s\"".formatted(actual, field, wanted, actual));
    }

    static FieldError unsupported(String field, String value, List<String> supported) {
        var list = supported.stream().map(text -> "\"" + text + "\"").collect(Collectors.joining(", "));
        return new FieldError(field, "FieldValueNotSupported", "Unsupported value: " + value + ": supported values: " + list);
    }

    static FieldError tooLong(String field, long most) {
        return new FieldError(field, "FieldValueTooLong", "Too long: may not be more than " + most + " bytes");
    }

    @Override
    public String toString() {
        return field + ": " + message;
    }
}
