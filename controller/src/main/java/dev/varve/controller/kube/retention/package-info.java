/**
 * Takes images out of the registry that nobody needs any more, and the MachineOSBuilds that name them: reads who needs what,
 * has it decided, and asks the registry. What goes wrong here holds up no build and no rollout.
 */
@NullMarked
package dev.varve.controller.kube.retention;

import org.jspecify.annotations.NullMarked;
