package dev.varve.sandbox.api;

/**
 * What a request is about.
 *
 * @param namespace empty for cluster-scoped kinds, and for a list over all namespaces
 * @param name empty for the whole collection
 * @param subresource {@code status}, {@code eviction}, ... or empty
 */
record Target(Kind kind, String namespace, String name, String subresource) {

    boolean collection() {
        return name.isEmpty();
    }

    boolean status() {
        return subresource.equals("status");
    }
}
