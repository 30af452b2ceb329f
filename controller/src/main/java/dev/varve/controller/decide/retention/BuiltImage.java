package dev.varve.controller.decide.retention;

import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import java.time.Instant;

/**
 * An image as a MachineOSBuild that succeeded names it.
 *
 * @param build name of the MachineOSBuild
 * @param pool that it was built for
 * @param pushed by tag
 * @param digest of what was pushed
 * @param ended when the build ended
 */
public record BuiltImage(String build, String pool, Pullspec pushed, Digest digest, Instant ended) {
    public Pullspec image() {
        return pushed.withDigest(digest);
    }
}
