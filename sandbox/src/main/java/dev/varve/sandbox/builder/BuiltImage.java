package dev.varve.sandbox.builder;

import dev.varve.contract.Digest;

/** What a build leaves in the pod's storage, to be pushed. */
public final class BuiltImage {
    private final OciImage image;

    BuiltImage(OciImage image) {
        this.image = image;
    }

    /** Digest of the manifest, the same that the registry will compute. */
    public Digest digest() {
        return Layer.digest(image.manifestBytes());
    }

    OciImage image() {
        return image;
    }
}
