package dev.varve.controller.registry;

import dev.varve.contract.Digest;
import java.util.Map;

/** What a registry knows of an image. */
public sealed interface Inspection {

    /**
     * @param digest of the manifest for the node architecture
     * @param architecture in the registry's word, e.g. {@code amd64}
     */
    record Found(Digest digest, String architecture, Map<String, String> labels) implements Inspection {
        public Found {
            labels = Map.copyOf(labels);
        }
    }

    /** The registry answered that it has no such image. */
    record NotFound() implements Inspection {}
}
