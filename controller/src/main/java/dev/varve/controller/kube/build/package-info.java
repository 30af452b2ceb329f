/**
 * The build loop: gathers what {@code decide.build} must know (MachineOSConfig, builds, pods, secrets, what the registry
 * says) and carries out the steps it answers with. It has no opinion of its own.
 */
@NullMarked
package dev.varve.controller.kube.build;

import org.jspecify.annotations.NullMarked;
