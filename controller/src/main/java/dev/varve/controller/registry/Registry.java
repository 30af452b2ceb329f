package dev.varve.controller.registry;

import dev.varve.contract.Pullspec;

/** A registry that can be asked. */
public interface Registry {

    /**
     * @param credentials those that may be used; the one for the image's host is chosen
     * @throws RegistryException where there is no answer that can be relied on
     */
    Inspection inspect(Pullspec image, DockerConfig credentials);
}
