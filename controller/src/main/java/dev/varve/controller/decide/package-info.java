/**
 * What the decisions of the controller share. Facts come in as immutable records, steps go out; no clock, no I/O, no logging.
 */
@NullMarked
package dev.varve.controller.decide;

import org.jspecify.annotations.NullMarked;
