package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What {@code kubectl get} shows of the built-in kinds, from apiserver's printers. */
final class BuiltInColumns {
    private static final Column NAME = Column.path("Name", "string", false, new JsonPath(".metadata.name"));
    private static final Column AGE = Column.path("Age", "date", false, new JsonPath(".metadata.creationTimestamp"));

    private BuiltInColumns() {}

    static List<Column> of(String plural) {
        return switch (plural) {
            case "nodes" -> List.of(
                    NAME, text("Status", BuiltInColumns::nodeStatus), text("Roles", BuiltInColumns::roles), AGE,
                    path("Version", ".status.nodeInfo.kubeletVersion", false),
                    path("Internal-IP", ".status.addresses[?(@.type==\"InternalIP\")].address", true),
                    path("OS-Image", ".status.nodeInfo.osImage", true),
                    path("Kernel-Version", ".status.nodeInfo.kernelVersion", true),
                    path("Container-Runtime", ".status.nodeInfo.containerRuntimeVersion", true));
            case "pods" -> List.of(
                    NAME, text("Ready", PodColumns::ready), text("Status", PodColumns::status),
                    text("Restarts", PodColumns::restarts), AGE,
                    path("IP", ".status.podIP", true), path("Node", ".spec.nodeName", true));
            case "namespaces" -> List.of(NAME, path("Status", ".status.phase", false), AGE);
            case "secrets" -> List.of(NAME, path("Type", ".type", false), text("Data", secret -> size(secret, "data")), AGE);
            case "configmaps" -> List.of(NAME, text("Data", map -> size(map, "data")), AGE);
            case "leases" -> List.of(NAME, path("Holder", ".spec.holderIdentity", false), AGE);
            case "customresourcedefinitions" -> List.of(
                    NAME, Column.path("Created At", "string", false, new JsonPath(".metadata.creationTimestamp")));
            case "poddisruptionbudgets" -> List.of(
                    NAME, path("Min Available", ".spec.minAvailable", false),
                    path("Max Unavailable", ".spec.maxUnavailable", false),
                    path("Allowed Disruptions", ".status.disruptionsAllowed", false), AGE);
            case "deployments", "replicasets", "statefulsets" -> List.of(
                    NAME, text("Ready", set -> of(set, "/status/readyReplicas", "/spec/replicas")), AGE);
            case "daemonsets" -> List.of(
                    NAME, path("Desired", ".status.desiredNumberScheduled", false),
                    path("Current", ".status.currentNumberScheduled", false), path("Ready", ".status.numberReady", false), AGE);
            case "events" -> List.of(
                    Column.path("Last Seen", "date", false, new JsonPath(".lastTimestamp")), path("Type", ".type", false),
                    path("Reason", ".reason", false), text("Object", BuiltInColumns::involved),
                    path("Message", ".message", false));
            default -> List.of(NAME, AGE);
        };
    }

    /** The columns of a custom kind: always the name, then those of its definition, by default the age. */
    static List<Column> custom(JsonNode columns) {
        var all = new ArrayList<Column>(List.of(NAME));
        for (JsonNode column : columns) {
            all.add(Column.path(
                    column.path("name").asText(), column.path("type").asText(), column.path("priority").asInt() > 0,
                    new JsonPath(column.path("jsonPath").asText())));
        }
        return all.size() == 1 ? List.of(NAME, AGE) : all;
    }

    private static Column path(String name, String path, boolean wide) {
        return Column.path(name, "string", wide, new JsonPath(path));
    }

    static Column text(String name, Function<JsonNode, String> cell) {
        return new Column(name, "string", false, (object, _) -> JsonNodeFactory.instance.textNode(cell.apply(object)));
    }

    private static String nodeStatus(JsonNode node) {
        String ready = Trees.element(node.path("status").path("conditions"), "type", "Ready").path("status").asText();
        String status = ready.isEmpty() ? "Unknown" : ready.equals("True") ? "Ready" : "NotReady";
        return status + (node.path("spec").path("unschedulable").asBoolean() ? ",SchedulingDisabled" : "");
    }

    private static String roles(JsonNode node) {
        var roles = node.path("metadata").path("labels").properties().stream()
                .map(label -> label.getKey().startsWith("node-role.kubernetes.io/")
                        ? label.getKey().substring("node-role.kubernetes.io/".length())
                        : label.getKey().equals("kubernetes.io/role") ? label.getValue().asText() : "")
                .filter(role -> !role.isEmpty())
                .sorted()
                .toList();
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static String involved(JsonNode event) {
        JsonNode object = event.path("involvedObject");
        return object.path("kind").asText().toLowerCase(Locale.ROOT) + "/" + object.path("name").asText();
    }

    private static String size(JsonNode object, String field) {
        return Integer.toString(object.path(field).size());
    }

    private static String of(JsonNode set, String part, String whole) {
        return set.at(part).asInt() + "/" + set.at(whole).asInt(1);
    }
}
