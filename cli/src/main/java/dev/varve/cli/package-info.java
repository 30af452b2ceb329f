/** The command line: reads what the user gave, chooses the cluster, says what went wrong in one sentence. No other logic. */
@NullMarked
package dev.varve.cli;

import org.jspecify.annotations.NullMarked;
