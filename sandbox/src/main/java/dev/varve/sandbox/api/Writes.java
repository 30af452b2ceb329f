package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Creating and changing objects, by the rules that all kinds share. */
final class Writes {
    /** Of apimachinery's names generator: no vowels, nothing that looks like something else. */
    private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final int LONGEST_BASE = 63 - SUFFIX_LENGTH;
    /** Given by the server; what a client sends there is ignored. */
    private static final List<String> SERVERS_OWN = List.of("uid", "creationTimestamp", "generation", "resourceVersion",
            "deletionTimestamp", "deletionGracePeriodSeconds");

    private final Store store;
    private final Kinds kinds;
    private final Deletes deletes;
    private final Clock clock;
    private final RandomGenerator random;

    /** A new version of an object from the stored one; it may share whatever it keeps. */
    interface Edit {
        JsonNode apply(ObjectNode stored);
    }

    Writes(Store store, Kinds kinds, Deletes deletes, Clock clock, RandomGenerator random) {
        this.store = store;
        this.kinds = kinds;
        this.deletes = deletes;
        this.clock = clock;
        this.random = random;
    }

    ObjectNode create(Target target, ObjectNode body, boolean dryRun) {
        return store.step(() -> {
            Kind kind = target.kind();
            ObjectNode object = Trees.copyWithMetadata(body);
            WriteRules.checkBody(kind, object, target.namespace());
            WriteRules.normalise(kind, object, target.namespace());
            checkNew(target, object.path("metadata"));
            birth(kind, object.withObject("metadata"), target.namespace());
            // A node brings its status along: the kubelet registers it with its capacity.
            if (kind.hasStatus() && !kind.is("", "nodes")) {
                object.remove("status");
            }
            Admission.create(kind, object, now());
            Admission.write(kind, object);
            Validation.check(kind, object);
            ObjectNode created = commit(kind, object, dryRun);
            if (!dryRun) {
                deletes.collectAbandoned(kind, created);
            }
            return created;
        });
    }

    private void checkNew(Target target, JsonNode metadata) {
        if (!metadata.path("resourceVersion").asText().isEmpty()) {
            throw new StatusException(500, "InternalError", "resourceVersion should not be set on objects to be created");
        }
        Kind namespaces = kinds.builtIn("v1", "namespaces");
        if (target.kind().namespaced() && store.find(namespaces, "", target.namespace()).isEmpty()) {
            throw StatusException.notFound(namespaces, target.namespace());
        }
        String name = metadata.path("name").asText();
        if (store.find(target.kind(), target.namespace(), name).isPresent()) {
            throw StatusException.alreadyExists(target.kind(), name);
        }
    }

    private void birth(Kind kind, ObjectNode metadata, String namespace) {
        metadata.remove(SERVERS_OWN);
        metadata.put("name", name(kind, namespace, metadata))
                .put("uid", UUID.randomUUID().toString())
                .put("creationTimestamp", now());
        if (kind.countsGenerations()) {
            metadata.put("generation", 1);
        }
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** PUT and PATCH, of an object or of its status. */
    ObjectNode update(Target target, boolean whole, Edit edit, boolean dryRun) {
        return store.step(() -> {
            Kind kind = target.kind();
            ObjectNode stored = store.find(kind, target.namespace(), target.name())
                    .orElseThrow(() -> StatusException.notFound(kind, target.name()));
            ObjectNode before = kind.view(stored);
            if (!(edit.apply(before) instanceof ObjectNode proposed)) {
                throw StatusException.badRequest("the result of the patch is not an object");
            }
            WriteRules.checkBody(kind, proposed, target.namespace());
            WriteRules.checkIdentity(kind, before, proposed, whole);
            ObjectNode after = target.status() ? statusWrite(before, proposed) : mainWrite(kind, before, proposed);
            if (after.equals(before)) {
                return before;
            }
            Validation.check(kind, after);
            return commit(kind, after, dryRun);
        });
    }

    private static ObjectNode statusWrite(ObjectNode before, ObjectNode proposed) {
        ObjectNode after = Trees.copyWithMetadata(before);
        Trees.carry("status", proposed, after);
        return after;
    }

    private static ObjectNode mainWrite(Kind kind, ObjectNode before, ObjectNode proposed) {
        ObjectNode after = Trees.copyWithMetadata(proposed);
        WriteRules.normalise(kind, after, before.path("metadata").path("namespace").asText());
        ObjectNode metadata = after.withObject("metadata");
        SERVERS_OWN.forEach(field -> Trees.carry(field, before.path("metadata"), metadata));
        if (kind.hasStatus()) {
            Trees.carry("status", before, after);
        }
        Admission.write(kind, after);
        if (kind.countsGenerations() && WriteRules.contentDiffers(kind, before, after)) {
            metadata.put("generation", before.path("metadata").path("generation").asInt() + 1);
        }
        return after;
    }

    private ObjectNode commit(Kind kind, ObjectNode object, boolean dryRun) {
        kind.unview(object);
        if (dryRun) {
            return object;
        }
        JsonNode metadata = object.path("metadata");
        if (metadata.has("deletionTimestamp") && metadata.path("finalizers").isEmpty()
                && metadata.path("deletionGracePeriodSeconds").asLong() == 0) {
            deletes.remove(kind, object, false);
            return object;
        }
        ObjectNode stored = store.put(kind, object);
        if (kind.is("apiextensions.k8s.io", "customresourcedefinitions")) {
            kinds.define(stored);
        }
        return stored;
    }

    private String name(Kind kind, String namespace, JsonNode metadata) {
        String name = metadata.path("name").asText();
        String base = metadata.path("generateName").asText();
        if (!name.isEmpty()) {
            return name;
        }
        if (base.isEmpty()) {
            throw StatusException.invalid(
                    kind, "", List.of(FieldError.required("metadata.name", "name or generateName is required")));
        }
        String generated;
        do {
            var suffix = new StringBuilder(base.substring(0, Math.min(base.length(), LONGEST_BASE)));
            random.ints(SUFFIX_LENGTH, 0, SUFFIX_ALPHABET.length()).forEach(i -> suffix.append(SUFFIX_ALPHABET.charAt(i)));
            generated = suffix.toString();
        } while (store.find(kind, namespace, generated).isPresent());
        return generated;
    }
}
