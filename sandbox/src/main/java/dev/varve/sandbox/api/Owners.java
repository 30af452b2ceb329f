package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who depends on whom, by the owners' uids: so that a deletion need not look at every object. Guarded by the store. */
final class Owners {
    private final Set<String> living = new HashSet<>();
    private final Map<String, Set<Dependent>> dependents = new HashMap<>();

    record Dependent(Kind kind, String namespace, String name) {}

    void add(Kind kind, JsonNode object) {
        JsonNode metadata = object.path("metadata");
        living.add(metadata.path("uid").asText());
        for (String owner : owners(metadata)) {
            dependents.computeIfAbsent(owner, _ -> new LinkedHashSet<>()).add(dependent(kind, metadata));
        }
    }

    void remove(Kind kind, JsonNode object) {
        JsonNode metadata = object.path("metadata");
        living.remove(metadata.path("uid").asText());
        for (String owner : owners(metadata)) {
            dependents.computeIfPresent(owner, (_, set) -> set.remove(dependent(kind, metadata)) && set.isEmpty() ? null : set);
        }
    }

    List<Dependent> dependents(String uid) {
        return List.copyOf(dependents.getOrDefault(uid, Set.of()));
    }

    boolean anyLives(JsonNode dependent) {
        return owners(dependent.path("metadata")).stream().anyMatch(living::contains);
    }

    private static List<String> owners(JsonNode metadata) {
        return metadata.path("ownerReferences").valueStream().map(owner -> owner.path("uid").asText()).toList();
    }

    private static Dependent dependent(Kind kind, JsonNode metadata) {
        return new Dependent(kind, metadata.path("namespace").asText(), metadata.path("name").asText());
    }
}
