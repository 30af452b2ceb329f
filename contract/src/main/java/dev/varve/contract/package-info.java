/**
 * The wire: what passes between user, controller and agent, parsed once and only here. Keys of annotations, images and
 * digests, what a node is told ({@link dev.varve.contract.NodeWishes}) and what it reports
 * ({@link dev.varve.contract.NodeFacts}), the rollout policy, names of objects. No I/O, no clock, nothing but the JDK may
 * come in; JSON text goes through the {@link dev.varve.contract.Json} the caller brings.
 */
@NullMarked
package dev.varve.contract;

import org.jspecify.annotations.NullMarked;
