package dev.varve.controller.decide.render;

import java.util.List;
import java.util.Map;

/** What became of a pool's MachineConfigs. */
public sealed interface Rendering {

    /**
     * @param name {@code rendered-<pool>-<32 hex>}
     * @param spec canonical spec of the rendered MachineConfig
     * @param sources names of the MachineConfigs that went in, sorted
     */
    record Rendered(String name, Map<String, Object> spec, List<String> sources) implements Rendering {
        public Rendered {
            sources = List.copyOf(sources);
        }
    }

    /** @param sentence the MachineConfig, the field, the rule and what would be right */
    record Refused(String sentence) implements Rendering {}
}
