package dev.varve.sandbox.registry;

import dev.varve.contract.Digest;

/** A manifest as a registry gave it: the bytes that the digest is of. */
public record Image(String contentType, Digest digest, byte[] manifest) {}
