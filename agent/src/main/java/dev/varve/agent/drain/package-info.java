/**
 * Empties the node by the Eviction API. What has to go is decided by {@link dev.varve.agent.decide.DrainFilter}; pods and
 * answers come in through {@link dev.varve.agent.cluster.NodeApi}, time through a clock and a pause, so that a drain of an
 * hour is tested in a moment.
 */
@NullMarked
package dev.varve.agent.drain;

import org.jspecify.annotations.NullMarked;
