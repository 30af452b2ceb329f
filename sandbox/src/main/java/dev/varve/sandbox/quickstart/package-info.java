/**
 * The walk-through of the guide, played on a {@link dev.varve.sandbox.Cluster} before the eyes of a newcomer: each step with
 * the command that would do the same, what it shows, and a claim that is checked. Only the cluster's public face comes in;
 * nothing here knows how the cluster works.
 */
@NullMarked
package dev.varve.sandbox.quickstart;

import org.jspecify.annotations.NullMarked;
