/**
 * Which node may move to which image, and when: all rollout policy, pure. A snapshot of one pool comes in, changes to nodes
 * and the sentences the pool waits for go out. Nothing but the contract's types may come in: no clock, no I/O, no logging.
 */
@NullMarked
package dev.varve.controller.decide.rollout;

import org.jspecify.annotations.NullMarked;
