/**
 * The door to the API server: what the agent asks of it, in the agent's own words. The client behind it lives in {@code
 * dev.varve.agent.kube}; no fabric8 type passes here.
 */
@NullMarked
package dev.varve.agent.cluster;

import org.jspecify.annotations.NullMarked;
