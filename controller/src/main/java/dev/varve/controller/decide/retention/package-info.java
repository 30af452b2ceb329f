/**
 * Which of the images that Varve has built may leave the registry. Facts are the builds, and whoever names a digest; nothing
 * here asks a registry or a cluster.
 */
@NullMarked
package dev.varve.controller.decide.retention;

import org.jspecify.annotations.NullMarked;
