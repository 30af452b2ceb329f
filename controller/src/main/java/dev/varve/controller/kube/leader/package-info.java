/**
 * Which of the controllers acts: a Lease in the controller's namespace. Whoever cannot renew it in time stops acting before
 * anybody else can start.
 */
@NullMarked
package dev.varve.controller.kube.leader;

import org.jspecify.annotations.NullMarked;
