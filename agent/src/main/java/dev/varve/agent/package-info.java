/**
 * The node daemon as a whole: its wiring and its command line. Everything that it needs to know comes in through {@link
 * dev.varve.agent.AgentConfig}.
 */
@NullMarked
package dev.varve.agent;

import org.jspecify.annotations.NullMarked;
