/**
 * Rendering: the MachineConfigs that a pool selects become one rendered config, or one sentence that says which of them
 * cannot go into an image and why. Facts come in as plain trees; nothing here reads a clock, a cluster or a file.
 */
@NullMarked
package dev.varve.controller.decide.render;

import org.jspecify.annotations.NullMarked;
