package dev.varve.sandbox.registry;

import java.net.URI;
import java.util.Map;

/**
 * Where registries are reached: the host of a pullspec to a base URI without {@code /v2}. The guide's
 * {@code image-registry.openshift-image-registry.svc:5000} leads to loopback this way. A host without an alias is asked
 * over plain HTTP on itself, which fits registries on loopback.
 */
public record RegistryAliases(Map<String, URI> bases) {
    public RegistryAliases {
        bases = Map.copyOf(bases);
    }

    public URI base(String host) {
        return bases.getOrDefault(host, URI.create("http://" + host));
    }
}
