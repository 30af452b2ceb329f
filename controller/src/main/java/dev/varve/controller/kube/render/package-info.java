/**
 * The render loop: pools that have a MachineOSConfig get their rendered MachineConfig, and their {@code spec.configuration}
 * points to it. What is rendered is decided elsewhere.
 */
@NullMarked
package dev.varve.controller.kube.render;

import org.jspecify.annotations.NullMarked;
