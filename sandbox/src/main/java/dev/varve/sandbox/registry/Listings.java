package dev.varve.sandbox.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tags of a repository and repositories of the registry, in lexical order, by pages where {@code n} asks for them. */
final class Listings {
    private final Storage storage;

    Listings(Storage storage) {
        this.storage = storage;
    }

    Reply tags(Request request, String repository) {
        requireGet(request);
        List<String> tags = storage.tags(repository).orElseThrow(() -> RegistryError.nameUnknown(repository));
        var head = new LinkedHashMap<String, Object>();
        head.put("name", repository);
        return page(request, "/v2/" + repository + "/tags/list", head, "tags", tags);
    }

    Reply catalog(Request request) {
        requireGet(request);
        return page(request, "/v2/_catalog", new LinkedHashMap<>(), "repositories", storage.repositories());
    }

    private static Reply page(Request request, String path, Map<String, Object> answer, String key, List<String> all) {
        List<String> after = request.parameter("last")
                .map(last -> all.stream().filter(name -> name.compareTo(last) > 0).toList())
                .orElse(all);
        int count = request.parameter("n").map(Listings::count).orElse(after.size());
        List<String> page = after.subList(0, Math.min(count, after.size()));
        answer.put(key, page);
        boolean more = !page.isEmpty() && page.size() < after.size();
        Map<String, String> link = more
                ? Map.of("Link", "<" + path + "?n=" + count + "&last=" + page.getLast() + ">; rel=\"next\"")
                : Map.of();
        return Reply.json(200, link, answer);
    }

    private static int count(String n) {
        try {
            return Math.max(0, Integer.parseInt(n));
        } catch (NumberFormatException notANumber) {
            throw RegistryError.numberInvalid(n);
        }
    }

    private static void requireGet(Request request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw RegistryError.unsupported(request.method(), "list");
        }
    }
}
