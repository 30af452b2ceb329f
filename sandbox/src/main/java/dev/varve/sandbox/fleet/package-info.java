/**
 * Agents of nodes that have no machine: the real agent on a simulated host, for nodes of any API server, such as those that
 * kwok plays. Kubernetes clients, the agent and the simulated host come in; nothing of the sandbox's own cluster does.
 */
@NullMarked
package dev.varve.sandbox.fleet;

import org.jspecify.annotations.NullMarked;
