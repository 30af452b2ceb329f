package dev.varve.bench.footprint;

import dev.varve.sandbox.api.ApiServer;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An agent's requests, counted by what they are: Kubernetes' verbs, and events and evictions apart. From any thread. */
final class Requests {
    private final Map<String, Integer> counts = new TreeMap<>();

    synchronized void add(ApiServer.Served request) {
        counts.merge(kind(request.method(), request.path()), 1, Integer::sum);
    }

    synchronized void forget() {
        counts.clear();
    }

    synchronized Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    static String kind(String method, String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        String options = query < 0 ? "" : "&" + target.substring(query + 1);
        String what = path.substring(path.lastIndexOf('/') + 1);
        return switch (method) {
            case "GET" -> (options.contains("&watch=true") ? "watch " : options.contains("&fieldSelector=") ? "list " : "get ") + what(path, what);
            case "POST" -> what.equals("events") ? "event" : "create " + what;
            default -> method.toLowerCase(Locale.ROOT) + " " + what(path, what);
        };
    }

    /** Without the name of an object, which differs. */
    private static String what(String path, String last) {
        String[] parts = path.split("/");
        return parts.length > 2 && parts[parts.length - 2].equals("nodes") ? "node" : last;
    }
}
