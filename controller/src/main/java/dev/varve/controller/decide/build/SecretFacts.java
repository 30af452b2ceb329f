package dev.varve.controller.decide.build;

import java.util.Set;

/**
 * A Secret by what can be said without showing its contents.
 *
 * @param type e.g. {@code kubernetes.io/dockerconfigjson}
 * @param keys names of its entries
 */
public record SecretFacts(String type, Set<String> keys) {
    public SecretFacts {
        keys = Set.copyOf(keys);
    }
}
