/**
 * Builds: what a MachineOSConfig asks for, whether it can be built, and what happens next with its MachineOSBuilds. Facts
 * are MachineOSConfig, builds, their pods and what the registry answered; nothing here reads a clock, a cluster or a log.
 */
@NullMarked
package dev.varve.controller.decide.build;

import org.jspecify.annotations.NullMarked;
