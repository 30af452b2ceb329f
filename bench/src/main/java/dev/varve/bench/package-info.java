/**
 * What all benchmarks share: figures of several runs, the machine they were taken on, and the table they are printed as. Each
 * benchmark is a room of its own and a subcommand of {@code ./varve bench}.
 */
@NullMarked
package dev.varve.bench;

import org.jspecify.annotations.NullMarked;
