package dev.varve.sandbox.api;

import java.util.List;

/** Reads {@code /api/v1/namespaces/shop/pods/web-0/status} and its like. */
final class Routes {
    private Routes() {}

    /** @throws StatusException 404 where nothing is served there */
    static Target target(Kinds kinds, List<String> path) {
        boolean core = !path.isEmpty() && path.getFirst().equals("api");
        int prefix = core ? 2 : 3;
        if (path.size() <= prefix || !core && !path.getFirst().equals("apis")) {
            throw StatusException.noSuchPath();
        }
        String apiVersion = String.join("/", path.subList(1, prefix));
        List<String> rest = path.subList(prefix, path.size());
        // "namespaces/shop/pods" is in a namespace; "namespaces/shop" and "namespaces/shop/status" are the namespace itself.
        boolean inNamespace = rest.size() > 2 && rest.getFirst().equals("namespaces")
                && kinds.find(apiVersion, rest.get(2)).isPresent();
        String namespace = inNamespace ? rest.get(1) : "";
        List<String> resource = inNamespace ? rest.subList(2, rest.size()) : rest;
        Kind kind = kinds.find(apiVersion, resource.getFirst()).orElseThrow(StatusException::noSuchPath);
        boolean needsNamespace = kind.namespaced() && resource.size() > 1;
        if (inNamespace && !kind.namespaced() || needsNamespace && !inNamespace) {
            throw StatusException.noSuchPath();
        }
        return new Target(kind, namespace, segment(resource, 1), segment(resource, 2));
    }

    private static String segment(List<String> segments, int index) {
        return index < segments.size() ? segments.get(index) : "";
    }
}
