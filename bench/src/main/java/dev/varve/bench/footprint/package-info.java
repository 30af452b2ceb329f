/**
 * What one agent costs a node: its own image, unpacked, runs as a process against an API server behind TLS and a simulated machine's bus in this
 * process, through a whole update, and is read from outside by {@code /proc}. What comes in is the image's archive.
 */
@NullMarked
package dev.varve.bench.footprint;

import org.jspecify.annotations.NullMarked;
