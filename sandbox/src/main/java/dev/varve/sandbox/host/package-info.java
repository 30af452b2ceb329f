/**
 * Simulated machines: a directory as the root, a D-Bus in it, and on that rpm-ostree, systemd and logind as far as an agent
 * talks to them. What a machine does is honest: a stage lives in {@code /run} until the shutdown finalises it, a locked one is
 * not finalised, a power cut loses it, every boot has an id of its own. Images come in through
 * {@link dev.varve.sandbox.host.ImageSource}, life goes out through {@link dev.varve.sandbox.host.MachineListener}; dbus-java
 * is seen in this package and in {@code bus} only. Names, orders and texts are those of rpm-ostree v2025.8
 * (rpm-ostree-dbus.md section 7).
 */
@NullMarked
package dev.varve.sandbox.host;

import org.jspecify.annotations.NullMarked;
