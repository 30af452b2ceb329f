/**
 * The host's operating system over D-Bus: rpm-ostree, and what of systemd and logind belongs to it. The only place of the
 * agent that sees dbus-java, of which it uses the wire format and the handshake and nothing else: its proxies and connections
 * lose error names, wait 20 s, and cannot be closed from a signal (rpm-ostree-dbus.md 5.4). The door is
 * {@link dev.varve.agent.rpmostree.RpmOstree}; no D-Bus type passes it.
 */
@NullMarked
package dev.varve.agent.rpmostree;

import org.jspecify.annotations.NullMarked;
