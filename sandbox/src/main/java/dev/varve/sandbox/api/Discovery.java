package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is served here: groups, versions, kinds and their verbs, so that kubectl finds its way. */
final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    private final Kinds kinds;

    Discovery(Kinds kinds) {
        this.kinds = kinds;
    }

    /** Empty where the path is none of discovery's. */
    Optional<Reply> reply(List<String> path) {
        return switch (String.join("/", path)) {
            case "healthz", "readyz", "livez" -> Optional.of(new Reply.Text("ok"));
            case "version" -> Optional.of(Reply.ok(version()));
            case "api" -> Optional.of(Reply.ok(coreVersions()));
            case "apis" -> Optional.of(Reply.ok(groupList()));
            case "openapi/v3" -> Optional.of(Reply.ok(OpenApi.index(apiVersions())));
            case String joined when joined.startsWith("openapi/v3/") -> ofVersion(path.subList(2, path.size()))
                    .map(apiVersion -> Reply.ok(OpenApi.document(apiVersion, kindsOf(apiVersion))));
            case String joined when path.size() == 2 && joined.startsWith("apis/") && !groupVersions(path.get(1)).isEmpty() ->
                Optional.of(Reply.ok(group(path.get(1)).put("kind", "APIGroup").put("apiVersion", "v1")));
            default -> ofVersion(path).map(apiVersion -> Reply.ok(resources(apiVersion)));
        };
    }

    /** {@code api/v1} or {@code apis/<group>/<version>}, where that is served. */
    private Optional<String> ofVersion(List<String> path) {
        boolean shaped = path.size() == 2 && path.getFirst().equals("api") || path.size() == 3 && path.getFirst().equals("apis");
        return Optional.of(path).filter(_ -> shaped)
                .map(segments -> String.join("/", segments.subList(1, segments.size())))
                .filter(apiVersions()::contains);
    }

    private Set<String> apiVersions() {
        return kinds.all().stream().map(Kind::apiVersion).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<Kind> kindsOf(String apiVersion) {
        return kinds.all().stream().filter(kind -> kind.apiVersion().equals(apiVersion)).toList();
    }

    private List<String> groupVersions(String group) {
        return kinds.all().stream().filter(kind -> kind.group().equals(group)).map(Kind::version).distinct().toList();
    }

    private static ObjectNode version() {
        return Trees.object().put("major", "1").put("minor", "36").put("gitVersion", "v1.36.0+varve-sandbox")
                .put("gitCommit", "").put("gitTreeState", "clean").put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "none").put("compiler", "none").put("platform", "java");
    }

    private static ObjectNode coreVersions() {
        ObjectNode versions = Trees.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    private ObjectNode groupList() {
        ObjectNode list = Trees.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        kinds.all().stream().map(Kind::group).filter(group -> !group.isEmpty()).distinct().map(this::group).forEach(groups::add);
        return list;
    }

    private ObjectNode group(String name) {
        ObjectNode group = Trees.object().put("name", name);
        ArrayNode versions = group.putArray("versions");
        // Newest first: v1 is shorter than, and preferred to, v1alpha1.
        groupVersions(name).stream().sorted(Comparator.comparingInt(String::length)).forEach(version ->
                versions.addObject().put("groupVersion", name + "/" + version).put("version", version));
        group.set("preferredVersion", versions.get(0));
        return group;
    }

    private ObjectNode resources(String apiVersion) {
        ObjectNode list = Trees.object().put("kind", "APIResourceList").put("apiVersion", "v1").put("groupVersion", apiVersion);
        ArrayNode resources = list.putArray("resources");
        for (Kind kind : kindsOf(apiVersion)) {
            ObjectNode resource = resource(resources, kind, kind.plural(), VERBS).put("singularName", kind.singular());
            kind.shortNames().forEach(resource.putArray("shortNames")::add);
            kind.categories().forEach(resource.putArray("categories")::add);
            if (kind.hasStatus()) {
                resource(resources, kind, kind.plural() + "/status", List.of("get", "patch", "update"));
            }
            if (kind.is("", "pods")) {
                resource(resources, kind, "pods/eviction", List.of("create"))
                        .put("group", "policy").put("version", "v1").put("kind", "Eviction");
                resource(resources, kind, "pods/binding", List.of("create")).put("kind", "Binding");
            }
        }
        return list;
    }

    private static ObjectNode resource(ArrayNode resources, Kind kind, String name, List<String> verbs) {
        ObjectNode resource = resources.addObject().put("name", name).put("singularName", "")
                .put("namespaced", kind.namespaced()).put("kind", kind.kind());
        verbs.forEach(resource.putArray("verbs")::add);
        return resource;
    }
}
