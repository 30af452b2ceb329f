/**
 * The DaemonSets that put an agent on every node of a layered pool. The pod's shape and rights are contract.md section 6,
 * and stand in one file.
 */
@NullMarked
package dev.varve.controller.kube.agents;

import org.jspecify.annotations.NullMarked;
