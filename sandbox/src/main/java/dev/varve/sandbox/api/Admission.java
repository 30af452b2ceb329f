package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What the server adds to an object of its own accord: the defaults and derived fields that clients here rely on. Root and
 * metadata are the caller's own copies; what is below may be shared and is copied before a change.
 */
final class Admission {
    /** DefaultTerminationGracePeriodSeconds of k8s.io/api core/v1. */
    private static final int GRACE_SECONDS = 30;

    /** Counts that a status always shows, be they zero (no omitempty in k8s.io/api): clients may rely on them. */
    private static final Map<String, List<String>> COUNTS = Map.of(
            "daemonsets.apps", List.of(
                    "currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"),
            "replicasets.apps", List.of("replicas"),
            "statefulsets.apps", List.of("replicas"),
            "poddisruptionbudgets.policy", List.of("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"));

    private Admission() {}

    /** Once, before the first storing, after the status was dropped. */
    static void create(Kind kind, ObjectNode object, String now) {
        if (!kind.custom() && kind.hasStatus()) {
            ObjectNode status = object.withObject("/status");
            COUNTS.getOrDefault(kind.resource(), List.of()).forEach(count -> status.put(count, 0));
        }
        switch (kind.resource()) {
            case "pods" -> pod(object);
            case "namespaces" -> object.withObject("status").put("phase", "Active");
            case "customresourcedefinitions.apiextensions.k8s.io" -> established(object, now);
            default -> { }
        }
    }

    /** At every write of the object itself. */
    static void write(Kind kind, ObjectNode object) {
        if (!kind.custom() && kind.hasStatus()) {
            object.withObject("/spec");
        }
        switch (kind.resource()) {
            case "namespaces" -> {
                ObjectNode metadata = object.withObject("metadata");
                ObjectNode labels = Trees.copy(metadata.path("labels"));
                metadata.set("labels", labels.put("kubernetes.io/metadata.name", metadata.path("name").asText()));
            }
            case "secrets" -> secret(object);
            default -> { }
        }
        if (kind.custom() && Schema.withDefaults(kind.schema(), object) instanceof ObjectNode filled && filled != object) {
            object.setAll(filled);
        }
    }

    private static void pod(ObjectNode pod) {
        ObjectNode spec = Trees.object().put("restartPolicy", "Always").put("dnsPolicy", "ClusterFirst")
                .put("schedulerName", "default-scheduler").put("terminationGracePeriodSeconds", GRACE_SECONDS);
        pod.set("spec", spec.setAll(Trees.copy(pod.path("spec"))));
        pod.putObject("status").put("phase", "Pending");
    }

    /** stringData is write-only: it ends up in data. */
    private static void secret(ObjectNode secret) {
        if (secret.remove("stringData") instanceof JsonNode texts && !texts.isEmpty()) {
            ObjectNode data = Trees.copy(secret.path("data"));
            texts.properties().forEach(text -> data.put(text.getKey(),
                    Base64.getEncoder().encodeToString(text.getValue().asText().getBytes(StandardCharsets.UTF_8))));
            secret.set("data", data);
        }
        if (!secret.has("type")) {
            secret.put("type", "Opaque");
        }
    }

    private static void established(ObjectNode crd, String now) {
        ObjectNode status = crd.putObject("status");
        for (String type : new String[] {"NamesAccepted", "Established"}) {
            status.withArray("conditions").addObject().put("type", type).put("status", "True")
                    .put("reason", type.equals("Established") ? "InitialNamesAccepted" : "NoConflicts")
                    .put("lastTransitionTime", now);
        }
        status.set("acceptedNames", crd.path("spec").path("names"));
        crd.path("spec").path("versions").forEach(version -> {
            if (version.path("storage").asBoolean()) {
                status.putArray("storedVersions").add(version.path("name").asText());
            }
        });
    }
}
