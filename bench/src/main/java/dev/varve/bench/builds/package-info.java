/**
 * What Varve adds to a build: the sandbox builds images of the guide's pool, one after the other, and a watcher beside it takes the times.
 * The builder is simulated, so that what is measured is the controller's own.
 */
@NullMarked
package dev.varve.bench.builds;

import org.jspecify.annotations.NullMarked;
