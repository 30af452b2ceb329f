/**
 * What the agent remembers across restarts and reboots: one file. An {@link dev.varve.agent.decide.Attempt} goes in and comes
 * out; nothing else of the agent is known here.
 */
@NullMarked
package dev.varve.agent.state;

import org.jspecify.annotations.NullMarked;
