/**
 * The build context: a rendered config and a Containerfile become one tar, the same bytes for the same inputs wherever it is
 * made. Plain trees and texts come in; it knows neither cluster nor registry.
 */
@NullMarked
package dev.varve.controller.context;

import org.jspecify.annotations.NullMarked;
