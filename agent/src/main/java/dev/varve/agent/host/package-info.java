/**
 * The door to the host's operating system: what the agent asks of it, in the agent's own words. The bus behind it lives in
 * {@code dev.varve.agent.rpmostree}; no D-Bus type passes here.
 */
@NullMarked
package dev.varve.agent.host;

import org.jspecify.annotations.NullMarked;
