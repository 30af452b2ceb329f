/** The parts beside the nodes: control plane, registry, name server. Each starts detached and is found again by its record. */
@NullMarked
package dev.varve.testbed.parts;

import org.jspecify.annotations.NullMarked;
