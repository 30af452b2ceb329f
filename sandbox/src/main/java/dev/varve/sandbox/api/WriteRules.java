package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a write may not change, and how an object is brought into its stored form. */
final class WriteRules {
    /** Kinds that never take a PUT without a resourceVersion (AllowUnconditionalUpdate); no custom kind does. */
    private static final Set<String> ALWAYS_CONDITIONAL =
            Set.of("leases.coordination.k8s.io", "poddisruptionbudgets.policy");
    private static final List<String> MAPS_AND_LISTS = List.of("labels", "annotations", "finalizers", "ownerReferences");

    private WriteRules() {}

    /** The body has to be of the kind, and in the namespace, that the path says. */
    static void checkBody(Kind kind, ObjectNode body, String namespace) {
        String bodyKind = body.path("kind").asText(kind.kind());
        String bodyVersion = body.path("apiVersion").asText(kind.apiVersion());
        if (!bodyKind.equals(kind.kind())) {
            throw StatusException.badRequest("%s in version \"%s\" cannot be handled as a %s"
                    .formatted(bodyKind, bodyVersion, kind.kind()));
        }
        if (!bodyVersion.equals(kind.apiVersion())) {
            throw StatusException.badRequest("the API version in the data (%s) does not match the expected API version (%s)"
                    .formatted(bodyVersion, kind.apiVersion()));
        }
        String bodyNamespace = body.path("metadata").path("namespace").asText(namespace);
        if (kind.namespaced() && !bodyNamespace.isEmpty() && !bodyNamespace.equals(namespace)) {
            throw StatusException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    /** Same object, and the version of it that the client last saw, where it says which. */
    static void checkIdentity(Kind kind, ObjectNode before, ObjectNode proposed, boolean whole) {
        JsonNode old = before.path("metadata");
        JsonNode metadata = proposed.path("metadata");
        String name = old.path("name").asText();
        if (!metadata.path("name").asText(name).equals(name)) {
            throw StatusException.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                    .formatted(metadata.path("name").asText(), name));
        }
        String uid = metadata.path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(old.path("uid").asText())) {
            throw StatusException.conflict(kind, name, "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                    .formatted(uid, old.path("uid").asText()));
        }
        String version = metadata.path("resourceVersion").asText();
        if (version.isEmpty() && whole && (kind.custom() || ALWAYS_CONDITIONAL.contains(kind.resource()))) {
            throw StatusException.invalid(kind, name,
                    List.of(FieldError.invalid("metadata.resourceVersion", "0", "must be specified for an update")));
        }
        if (!version.isEmpty() && !version.equals(old.path("resourceVersion").asText())) {
            throw StatusException.stale(kind, name);
        }
    }

    /** The one form that is stored, so that a write which changes nothing can be told by comparing. */
    static void normalise(Kind kind, ObjectNode object, String namespace) {
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        ObjectNode metadata = object.withObject("metadata");
        metadata.remove(List.of("managedFields", "selfLink", "namespace"));
        if (kind.namespaced()) {
            metadata.put("namespace", namespace);
        }
        MAPS_AND_LISTS.forEach(field -> {
            if (metadata.path(field).isEmpty()) {
                metadata.remove(field);
            }
        });
    }

    /** Something else than metadata and status: what a generation counts. */
    static boolean contentDiffers(Kind kind, ObjectNode before, ObjectNode after) {
        var fields = new HashSet<String>();
        before.fieldNames().forEachRemaining(fields::add);
        after.fieldNames().forEachRemaining(fields::add);
        fields.removeAll(List.of("apiVersion", "kind", "metadata"));
        if (kind.hasStatus()) {
            fields.remove("status");
        }
        return fields.stream().anyMatch(field -> !before.path(field).equals(after.path(field)));
    }
}
