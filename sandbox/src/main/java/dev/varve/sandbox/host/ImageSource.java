package dev.varve.sandbox.host;

import dev.varve.contract.Pullspec;

/** The registries that a machine can reach. */
@FunctionalInterface
public interface ImageSource {

    /**
     * Asks the registry; may block. Called for every pull, also of an image that is already there (rpm-ostree-dbus.md 7.1).
     *
     * @throws ImageFetchException where there is no such image, or the registry cannot be asked
     */
    ImageFacts fetch(Pullspec image) throws ImageFetchException;

    /**
     * Asks for one layer that the machine lacks; may block. Where nobody says otherwise, layers are there at once.
     *
     * @throws ImageFetchException where the registry does not have it, or cannot be asked any more
     */
    default void fetchLayer(Pullspec image, ImageFacts.Layer layer) throws ImageFetchException, InterruptedException {}
}
