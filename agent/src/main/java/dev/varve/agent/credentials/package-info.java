/**
 * What rpm-ostree shows to registries: the pool's pull secret, as the kubelet mounts it, goes into the host's {@code
 * auth.json}. Files come in and a file goes out; nothing of a secret appears in a log line or an exception.
 */
@NullMarked
package dev.varve.agent.credentials;

import org.jspecify.annotations.NullMarked;
