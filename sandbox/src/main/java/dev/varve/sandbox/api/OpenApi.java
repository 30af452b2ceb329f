package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;

/**
 * Just enough OpenAPI v3 for {@code kubectl create} and {@code apply}: they look whether the server validates fields itself
 * ({@code fieldValidation} on the kind's PATCH) and refuse to go on where they cannot find out.
 */
final class OpenApi {
    private OpenApi() {}

    static ObjectNode index(Collection<String> apiVersions) {
        ObjectNode index = Trees.object();
        ObjectNode paths = index.putObject("paths");
        for (String apiVersion : apiVersions) {
            String path = root(apiVersion);
            paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path);
        }
        return index;
    }

    static ObjectNode document(String apiVersion, List<Kind> kinds) {
        ObjectNode document = Trees.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Varve sandbox").put("version", "v1.36.0");
        ObjectNode paths = document.putObject("paths");
        for (Kind kind : kinds) {
            String collection = "/" + root(apiVersion) + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural();
            ObjectNode patch = paths.putObject(collection + "/{name}").putObject("patch");
            patch.putObject("x-kubernetes-group-version-kind")
                    .put("group", kind.group()).put("version", kind.version()).put("kind", kind.kind());
            patch.putArray("parameters").addObject().put("name", "fieldValidation").put("in", "query")
                    .putObject("schema").put("type", "string");
            patch.putObject("responses");
        }
        document.putObject("components").putObject("schemas");
        return document;
    }

    private static String root(String apiVersion) {
        return (apiVersion.contains("/") ? "apis/" : "api/") + apiVersion;
    }
}
