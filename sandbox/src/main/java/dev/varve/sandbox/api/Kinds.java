package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The kinds that are served now: the built-in ones, and those of the CustomResourceDefinitions. */
final class Kinds {
    private final Map<String, Kind> byPath = new ConcurrentSkipListMap<>();

    Kinds() {
        BuiltInKinds.all().forEach(this::add);
    }

    private void add(Kind kind) {
        byPath.put(kind.apiVersion() + "/" + kind.plural(), kind);
    }

    void define(JsonNode crd) {
        CustomKinds.of(crd).forEach(this::add);
    }

    /** All versions of a custom kind. */
    List<Kind> definedBy(JsonNode crd) {
        String group = crd.path("spec").path("group").asText();
        String plural = crd.path("spec").path("names").path("plural").asText();
        return all().stream().filter(kind -> kind.is(group, plural)).toList();
    }

    void undefine(Kind kind) {
        byPath.remove(kind.apiVersion() + "/" + kind.plural());
    }

    Optional<Kind> find(String apiVersion, String plural) {
        return Optional.ofNullable(byPath.get(apiVersion + "/" + plural));
    }

    /** @throws IllegalStateException where there is none: for the kinds that the server itself needs */
    Kind builtIn(String apiVersion, String plural) {
        return find(apiVersion, plural).orElseThrow(() -> new IllegalStateException("no kind " + apiVersion + " " + plural));
    }

    List<Kind> all() {
        return List.copyOf(byPath.values());
    }
}
