/**
 * What the node does next. Facts come in as immutable records, a sealed step goes out; no clock, no I/O, no logging. The
 * order of the table in the design (agent.md section 2) is the order of the code.
 */
@NullMarked
package dev.varve.agent.decide;

import org.jspecify.annotations.NullMarked;
