/**
 * Numbers about the controller, kept by hand and written in Prometheus' text format. Labels are bounded: pools, states,
 * loops; never an error text, a digest or the name of a node.
 */
@NullMarked
package dev.varve.controller.metrics;

import org.jspecify.annotations.NullMarked;
