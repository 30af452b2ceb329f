/**
 * The stand-in for buildah, and the base images it builds on. Simulated: no container is run and no command of a
 * Containerfile is carried out. Real: the images, whose layers, configs and manifests are pulled from and pushed to a
 * registry by HTTP. A build context and registry credentials come in; nothing of Kubernetes does.
 */
@NullMarked
package dev.varve.sandbox.builder;

import org.jspecify.annotations.NullMarked;
