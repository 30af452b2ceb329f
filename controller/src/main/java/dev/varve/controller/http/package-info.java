/**
 * The controller's own small web server: metrics, health, and the pools as JSON, for reading only. The only place where
 * Netty is seen; what is served comes in as functions that answer at once from memory.
 */
@NullMarked
package dev.varve.controller.http;

import org.jspecify.annotations.NullMarked;
