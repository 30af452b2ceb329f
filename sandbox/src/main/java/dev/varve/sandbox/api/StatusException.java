package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A refusal, as a client gets it: a {@code Status} with the API server's own code, reason and words. */
final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int code;
    private final String reason;
    private final ObjectNode details = JsonNodeFactory.instance.objectNode();

    StatusException(int code, String reason, String message) {
        super(message);
        this.code = code;
        this.reason = reason;
    }

    static StatusException notFound(Kind kind, String name) {
        return new StatusException(404, "NotFound", kind.resource() + " \"" + name + "\" not found")
                .about(kind.group(), kind.plural(), name);
    }

    static StatusException noSuchPath() {
        return new StatusException(404, "NotFound", "the server could not find the requested resource");
    }

    static StatusException alreadyExists(Kind kind, String name) {
        return new StatusException(409, "AlreadyExists", kind.resource() + " \"" + name + "\" already exists")
                .about(kind.group(), kind.plural(), name);
    }

    static StatusException conflict(Kind kind, String name, String cause) {
        return conflict(kind, kind.resource(), name, cause);
    }

    /** @param resource as the message names it */
    static StatusException conflict(Kind kind, String resource, String name, String cause) {
        var message = "Operation cannot be fulfilled on %s \"%s\": %s".formatted(resource, name, cause);
        return new StatusException(409, "Conflict", message).about(kind.group(), kind.plural(), name);
    }

    static StatusException stale(Kind kind, String name) {
        return conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");
    }

    static StatusException badRequest(String message) {
        return new StatusException(400, "BadRequest", message);
    }

    static StatusException methodNotAllowed() {
        return new StatusException(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    static StatusException unsupportedMediaType(List<String> accepted) {
        return new StatusException(415, "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + String.join(", ", accepted));
    }

    static StatusException expired(String since, long oldest) {
        return new StatusException(410, "Expired", "too old resource version: " + since + " (" + oldest + ")");
    }

    static StatusException invalid(Kind kind, String name, List<FieldError> errors) {
        var list = String.join(", ", errors.stream().map(FieldError::toString).toList());
        var message = "%s \"%s\" is invalid: %s".formatted(kind.groupKind(), name, errors.size() == 1 ? list : "[" + list + "]");
        var invalid = new StatusException(422, "Invalid", message).about(kind.group(), kind.kind(), name);
        errors.forEach(error -> invalid.cause(error.reason(), error.message(), error.field()));
        return invalid;
    }

    StatusException about(String group, String resource, String name) {
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        details.put("kind", resource).put("name", name);
        return this;
    }

    StatusException cause(String reason, String message, String field) {
        ObjectNode cause = details.withArray("causes").addObject().put("reason", reason).put("message", message);
        if (!field.isEmpty()) {
            cause.put("field", field);
        }
        return this;
    }

    StatusException retryAfterSeconds(int seconds) {
        details.put("retryAfterSeconds", seconds);
        return this;
    }

    int code() {
        return code;
    }

    /** Seconds; 0 where the client gets no advice. */
    int retryAfterSeconds() {
        return details.path("retryAfterSeconds").asInt();
    }

    ObjectNode status() {
        ObjectNode status = success(code).put("status", "Failure").put("message", getMessage());
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        status.set("details", details);
        return status;
    }

    static ObjectNode success(int code) {
        ObjectNode status = JsonNodeFactory.instance.objectNode().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", "Success").put("code", code);
    }
}
