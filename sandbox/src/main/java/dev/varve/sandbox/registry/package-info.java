/**
 * An OCI distribution registry on the loopback interface: the real HTTP API with real digests, everything in memory, and
 * faults on request. The client beside it speaks the same API and works against any registry. Knows images as the
 * distribution specification does, as named bytes; what is in them is {@code builder}'s business. Nothing of Kubernetes
 * comes in.
 */
@NullMarked
package dev.varve.sandbox.registry;

import org.jspecify.annotations.NullMarked;
