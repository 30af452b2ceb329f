package dev.varve.sandbox.kubelet;

import java.util.Map;

/**
 * What a node is registered with.
 *
 * @param labels beyond those every node gets (hostname, worker role, zone, os, arch)
 */
public record NodeSpec(String name, String zone, Map<String, String> labels) {

    public NodeSpec {
        labels = Map.copyOf(labels);
    }

    public NodeSpec(String name, String zone) {
        this(name, zone, Map.of());
    }
}
