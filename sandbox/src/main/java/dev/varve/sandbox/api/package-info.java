/**
 * A small Kubernetes API server: real HTTP on loopback, real semantics of what clients build on (resource versions, watches,
 * subresources, finalizers, eviction), objects as plain JSON trees. What may come in: requests, and at the start the custom
 * kinds. It runs no controllers: nothing here schedules, runs or counts pods. Not here either: authentication, CEL rules,
 * conversion between versions (only {@code apiVersion} is rewritten), paging, field ownership, WebSockets.
 */
@NullMarked
package dev.varve.sandbox.api;

import org.jspecify.annotations.NullMarked;
