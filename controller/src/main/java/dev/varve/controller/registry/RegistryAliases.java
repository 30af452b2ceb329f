package dev.varve.controller.registry;

import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * Where registries are really reached: a host as pullspecs name it to a base address. Anything else is asked over TLS under
 * its own name. Plain http is for this machine alone.
 */
public record RegistryAliases(Map<String, URI> bases) {
    public static final RegistryAliases NONE = new RegistryAliases(Map.of());

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]", "::1");

    /** @throws IllegalArgumentException where a base is no https address and not plain http on loopback */
    public RegistryAliases {
        bases = Map.copyOf(bases);
        bases.forEach((host, base) -> {
            boolean plain = "http".equals(base.getScheme()) && LOOPBACK.contains(String.valueOf(base.getHost()));
            if (!plain && !"https".equals(base.getScheme())) {
                throw new IllegalArgumentException(
                        "registry alias of " + host + " is " + base + ": want https://..., or http:// on 127.0.0.1");
            }
        });
    }

    /** Base address, without a slash at its end. */
    URI base(String host) {
        URI alias = bases.get(host);
        return alias == null ? URI.create("https://" + host) : URI.create(alias.toString().replaceAll("/+$", ""));
    }
}
