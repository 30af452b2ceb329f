/**
 * A D-Bus on virtual threads: the message bus of a simulated machine, peer sockets, and a small client. The wire format is
 * dbus-java's; its own embedded daemon is not used, because it costs six platform threads a machine, lets go of every client
 * when one of them breaks off its handshake, and leaves calls unanswered when a service dies. What comes in are sockets;
 * what goes out are {@link dev.varve.sandbox.host.bus.Call}s. Nothing here knows rpm-ostree.
 */
@NullMarked
package dev.varve.sandbox.host.bus;

import org.jspecify.annotations.NullMarked;
