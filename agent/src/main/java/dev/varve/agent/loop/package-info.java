/**
 * Joins observing, deciding and acting. One thread decides; what takes long runs on one worker, so that a new target or
 * somebody else's transaction is seen meanwhile. No policy lives here: {@link dev.varve.agent.decide.NodePolicy} has it. The
 * host comes in through {@link dev.varve.agent.host.HostOs}, the cluster through {@link dev.varve.agent.cluster.NodeApi}.
 */
@NullMarked
package dev.varve.agent.loop;

import org.jspecify.annotations.NullMarked;
