package dev.varve.controller.decide.render;

import dev.varve.contract.Tree;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One MachineConfig as the renderer sees it.
 *
 * @param generated written by another controller (annotation {@code generated-by-controller-version}): its images give way
 *     to those of any MachineConfig that a person wrote (reference-behaviour.md 3)
 * @param spec plain JSON values as the API server gave them
 */
public record MachineConfigFacts(
        String name, Map<String, String> labels, boolean generated, @Nullable Object spec) {

    public MachineConfigFacts {
        labels = Map.copyOf(labels);
    }

    /** The spec, whose messages name this MachineConfig. */
    Tree tree() {
        return Tree.named("MachineConfig " + name + ": spec", spec);
    }
}
