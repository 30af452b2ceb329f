/**
 * Turning: the work queue keyed by pool and the chain of loops that each key is led through. Knows nothing of what a loop
 * does.
 */
@NullMarked
package dev.varve.controller.loop;

import org.jspecify.annotations.NullMarked;
