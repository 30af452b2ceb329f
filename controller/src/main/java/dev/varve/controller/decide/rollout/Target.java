package dev.varve.controller.decide.rollout;

import dev.varve.contract.Pullspec;
import java.util.List;

/**
 * What a node should run.
 *
 * @param config name of the rendered config that the image was built from
 * @param image with its digest
 * @param kernelArguments that the config asks for, in its order
 */
public record Target(String config, Pullspec image, List<String> kernelArguments) {
    public Target {
        image.requireDigest();
        kernelArguments = List.copyOf(kernelArguments);
    }

    /** As the reference writes it in conditions and events. */
    @Override
    public String toString() {
        return "MachineConfig " + config + " / Image " + image;
    }
}
