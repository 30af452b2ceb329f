package dev.varve.agent.kube;

import dev.varve.agent.cluster.NodePatch;
import dev.varve.contract.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON merge patches (RFC 7396), written out: a null removes, and what is not named is not touched. */
final class Patches {
    private final Json json;

    Patches(Json json) {
        this.json = json;
    }

    String json(NodePatch patch) {
        var metadata = new LinkedHashMap<String, @Nullable Object>();
        patch.resourceVersion().ifPresent(version -> metadata.put("resourceVersion", version));
        if (!patch.annotations().isEmpty()) {
            var annotations = new LinkedHashMap<String, @Nullable Object>();
            patch.annotations().forEach((key, value) -> annotations.put(key, value.orElse(null)));
            metadata.put("annotations", annotations);
        }
        var root = new LinkedHashMap<String, @Nullable Object>();
        root.put("metadata", metadata);
        patch.unschedulable().ifPresent(cordon -> root.put("spec", Map.of("unschedulable", cordon)));
        return json.write(root);
    }
}
