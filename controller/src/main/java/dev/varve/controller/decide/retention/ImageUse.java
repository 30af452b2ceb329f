package dev.varve.controller.decide.retention;

import dev.varve.contract.Digest;

/**
 * Somebody needs an image, in whatever repository.
 *
 * @param by who, and for what: in the words of a log
 */
public record ImageUse(Digest digest, String by) {}
