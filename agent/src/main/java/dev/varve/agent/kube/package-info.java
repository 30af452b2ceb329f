/**
 * The Kubernetes client: the only place of the agent, with the wiring class that hands the client in, where a fabric8 type is
 * seen. One watch on the own Node; explicit merge patches; evictions by a client that does not retry behind our back.
 */
@NullMarked
package dev.varve.agent.kube;

import org.jspecify.annotations.NullMarked;
