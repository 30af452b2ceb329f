/**
 * A pool's status at the API server: one patch, and only when something has changed. What it says is decided in
 * {@code decide.status}.
 */
@NullMarked
package dev.varve.controller.kube.status;

import org.jspecify.annotations.NullMarked;
