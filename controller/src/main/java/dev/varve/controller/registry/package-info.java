/**
 * Registries, by the OCI distribution protocol: which digest, architecture and labels does an image have. Credentials come
 * from docker config files; everything else that goes wrong comes out as one {@link RegistryException}.
 */
@NullMarked
package dev.varve.controller.registry;

import org.jspecify.annotations.NullMarked;
