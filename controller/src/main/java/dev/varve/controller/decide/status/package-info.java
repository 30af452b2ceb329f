/**
 * What a pool's status says: counts and conditions from facts, pure. Conditions and texts are the reference's
 * (reference-behaviour.md 4.4); where we know what a wait waits for, the sentence follows. Nothing but the contract's types
 * and the rollout's view of nodes may come in.
 */
@NullMarked
package dev.varve.controller.decide.status;

import org.jspecify.annotations.NullMarked;
