package dev.varve.controller.decide.build;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import java.util.Optional;
import java.util.Set;

/** Whether nodes can use an image, by what its registry says of it. */
final class ImageCheck {
    private static final Set<String> TRUE = Set.of("1", "true");

    private final String architecture;

    /** @param architecture it must have, in the registry's word */
    ImageCheck(String architecture) {
        this.architecture = architecture;
    }

    /** Why no node could boot it; empty where nodes can. */
    Optional<String> unusable(Pullspec image, ImageAnswer.Found found) {
        if (!found.architecture().equals(architecture)) {
            return Optional.of(image + " is for architecture \"" + found.architecture() + "\", nodes want \"" + architecture + "\"");
        }
        boolean bootable = TRUE.contains(found.labels().getOrDefault("ostree.bootable", ""))
                || TRUE.contains(found.labels().getOrDefault("containers.bootc", ""));
        return bootable ? Optional.empty() : Optional.of(image
                + " is not bootable: it has neither the label ostree.bootable=1 nor containers.bootc=1; the base image must be an ostree or bootc image");
    }

    /** Why it cannot stand in for a build of these inputs; empty where it can. */
    Optional<String> different(Pullspec image, ImageAnswer.Found found, BuildInputs inputs) {
        String label = found.labels().getOrDefault(Keys.INPUTS_LABEL, "");
        return label.equals(inputs.fingerprint())
                ? unusable(image, found)
                : Optional.of(image + " has the tag of this build and was not built from its inputs: its label " + Keys.INPUTS_LABEL + " is \""
                        + label + "\"");
    }
}
