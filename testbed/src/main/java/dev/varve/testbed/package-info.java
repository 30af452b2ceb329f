/**
 * A real Kubernetes on one machine. {@link dev.varve.testbed.Testbed} is the cluster that scenarios are played on; the
 * command {@code varve testbed} brings it up and takes it down.
 */
@NullMarked
package dev.varve.testbed;

import org.jspecify.annotations.NullMarked;
