package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A kind in one served version.
 *
 * @param hasStatus writes to the object leave its status alone, and writes to {@code /status} everything else
 * @param custom from a CustomResourceDefinition
 * @param schema OpenAPI schema of the whole object, missing where there is none
 */
record Kind(
        String group, String version, String kind, String plural, String singular, boolean namespaced, boolean hasStatus,
        boolean custom, List<String> shortNames, List<String> categories, List<Column> columns, JsonNode schema) {

    Kind {
        shortNames = List.copyOf(shortNames);
        categories = List.copyOf(categories);
        columns = List.copyOf(columns);
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code nodes}, {@code machineosbuilds.machineconfiguration.openshift.io}: as messages name it. */
    String resource() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    String groupKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    /** All versions of a kind are the same objects; so are the two kinds of events. */
    String storage() {
        return group.equals("events.k8s.io") ? plural : resource();
    }

    boolean is(String otherGroup, String otherPlural) {
        return group.equals(otherGroup) && plural.equals(otherPlural);
    }

    /** The real server counts generations only where somebody reports which one was observed; nodes are not among them. */
    boolean countsGenerations() {
        return custom || hasStatus && !is("", "nodes") && !is("", "namespaces");
    }

    /** The stored object as this version of the kind shows it. */
    ObjectNode view(ObjectNode stored) {
        if (stored.path("apiVersion").asText().equals(apiVersion())) {
            return stored;
        }
        ObjectNode view = Trees.copy(stored);
        EventFields.rename(view, group);
        return view.put("apiVersion", apiVersion());
    }

    /** Brings an object into the one form in which all versions share it. */
    void unview(ObjectNode object) {
        if (group.equals("events.k8s.io")) {
            EventFields.rename(object, "");
            object.put("apiVersion", "v1");
        }
    }
}
