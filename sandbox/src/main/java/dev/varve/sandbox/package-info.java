/**
 * A whole cluster in one JVM, put together from its rooms: {@code api} (API server), {@code host} (machines with
 * rpm-ostree on a D-Bus), {@code registry}, {@code kubelet} (what runs pods), and the real controller and agents.
 */
@NullMarked
package dev.varve.sandbox;

import org.jspecify.annotations.NullMarked;
