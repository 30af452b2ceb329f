/**
 * The door to the API server, and the only place where fabric8 is seen: informers become facts, steps become requests.
 */
@NullMarked
package dev.varve.controller.kube;

import org.jspecify.annotations.NullMarked;
