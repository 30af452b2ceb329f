package dev.varve.agent.decide;

import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import java.util.Optional;

/**
 * One deployment of the host, as rpm-ostree reports it. Its id and commit are left out on purpose: they change for one and
 * the same digest after a prune (rpm-ostree-dbus.md 7.1), so only digests are compared.
 *
 * @param image from {@code container-image-reference}; empty for anything but a registry image
 * @param digest {@code container-image-reference-digest}: of the platform's manifest
 * @param locked staged, and not finalised by an unplanned reboot; from the staged deployment's own file
 */
public record Deployment(
        Optional<Pullspec> image, Optional<Digest> digest, boolean booted, boolean staged, boolean locked) {

    /** By digest, where it is a registry image and has one: one that was asked for by a tag has it from its manifest. */
    Optional<Pullspec> digested() {
        return image.flatMap(named -> named.digest().isPresent() ? Optional.of(named) : digest.map(named::withDigest));
    }

    /** True where this deployment is of that image: by the digest it has, or by the digest it was asked for by. */
    public boolean isOf(Pullspec target) {
        Digest wanted = target.requireDigest();
        return digest.filter(wanted::equals).isPresent()
                || image.flatMap(Pullspec::digest).filter(wanted::equals).isPresent();
    }
}
