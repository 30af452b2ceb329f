/**
 * A real Kubernetes on one machine. {@link dev.varve.testbed.Testbed} is the cluster that scenarios are played on; {@link
 * dev.varve.testbed.Up} and {@link dev.varve.testbed.Down} are what {@code varve testbed} calls.
 */
@NullMarked
package dev.varve.testbed;

import org.jspecify.annotations.NullMarked;
