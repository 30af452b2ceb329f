package dev.varve.sandbox.host;

import dev.varve.contract.Digest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The images and layers on a machine's disk; they survive a power cut, and stay until they are pruned. */
final class Layers {

    /** What a prune removed. */
    record Pruned(int images, int layers, long bytes) {}

    private final Map<Digest, ImageFacts> images = new HashMap<>();
    private final Map<Digest, Long> layers = new HashMap<>();

    synchronized boolean has(ImageFacts image) {
        return images.containsKey(image.digest());
    }

    synchronized boolean has(ImageFacts.Layer layer) {
        return layers.containsKey(layer.digest());
    }

    synchronized void add(ImageFacts.Layer layer) {
        layers.put(layer.digest(), layer.bytes());
    }

    synchronized void add(ImageFacts image) {
        images.put(image.digest(), image);
        image.layers().forEach(this::add);
    }

    /** Keeps the images of these deployments and their layers; removes the rest, partial pulls included. */
    synchronized Pruned prune(List<Deployment> deployments) {
        Set<Digest> kept = deployments.stream().filter(Deployment::namesItsImage).map(Deployment::digest).collect(Collectors.toSet());
        int before = images.size();
        images.keySet().retainAll(kept);
        Set<Digest> needed = new HashSet<>();
        images.values().forEach(image -> image.layers().forEach(layer -> needed.add(layer.digest())));
        long bytes = 0;
        int removed = 0;
        for (Map.Entry<Digest, Long> layer : Map.copyOf(layers).entrySet()) {
            if (!needed.contains(layer.getKey())) {
                layers.remove(layer.getKey());
                bytes += layer.getValue();
                removed++;
            }
        }
        return new Pruned(before - images.size(), removed, bytes);
    }
}
