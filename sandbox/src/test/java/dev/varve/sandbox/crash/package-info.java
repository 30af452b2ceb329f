/**
 * Agents that are ended between any two things they do, on simulated machines. An {@link dev.varve.agent.Reach} comes in, and
 * goes on to the agent with a {@link dev.varve.sandbox.crash.Course} in front of it; what came of it is judged from outside.
 */
@NullMarked
package dev.varve.sandbox.crash;

import org.jspecify.annotations.NullMarked;
