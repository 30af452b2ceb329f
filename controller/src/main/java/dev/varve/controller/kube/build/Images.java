package dev.varve.controller.kube.build;

import dev.varve.contract.ContractException;
import dev.varve.contract.Pullspec;
import dev.varve.controller.decide.build.ImageAnswer;
import dev.varve.controller.kube.render.Remembered;
import dev.varve.controller.registry.DockerConfig;
import dev.varve.controller.registry.Inspection;
import dev.varve.controller.registry.Registry;
import dev.varve.controller.registry.RegistryException;
import java.time.Duration;
import java.time.Instant;

/** What registries say: which digest a base image has, and whether a built one is there. */
final class Images {
    /** How long a moving tag of a base image is taken for what it was. */
    private static final Duration BASE_VALID = Duration.ofMinutes(10);
    private static final Duration FAILURE_VALID = Duration.ofSeconds(30);

    private final Registry registry;
    private final Remembered<Base> bases =
            new Remembered<>(base -> base instanceof Base.Known ? BASE_VALID : FAILURE_VALID);

    /** A base image by digest, or why there is none. */
    sealed interface Base {
        record Known(Pullspec image) implements Base {}

        record NotKnown(String sentence) implements Base {}
    }

    Images(Registry registry) {
        this.registry = registry;
    }

    Base base(String text, DockerConfig login, Instant now) {
        if (text.isEmpty()) {
            return new Base.NotKnown("no base image is known; set spec.osImageURL in a MachineConfig, baseOSContainerImage in"
                    + " ConfigMap machine-config-osimageurl, or spec.buildInputs.baseOSImagePullspec in the MachineOSConfig");
        }
        return digested("base image", text, login, now);
    }

    /**
     * A pullspec with a digest is taken as it is; a tag is looked up.
     *
     * @param what it is, for a sentence
     */
    Base digested(String what, String text, DockerConfig login, Instant now) {
        try {
            Pullspec image = Pullspec.parse(text);
            return image.digest().map(digest -> (Base) new Base.Known(image.withDigest(digest)))
                    .orElseGet(() -> bases.get(text, now, () -> resolve(what, image, login)));
        } catch (ContractException wrong) {
            return new Base.NotKnown(what + ": " + wrong.sentence());
        }
    }

    ImageAnswer ask(Pullspec image, DockerConfig login) {
        try {
            return switch (registry.inspect(image, login)) {
                case Inspection.Found found -> new ImageAnswer.Found(found.digest(), found.architecture(), found.labels());
                case Inspection.NotFound() -> new ImageAnswer.Missing();
            };
        } catch (RegistryException noAnswer) {
            return new ImageAnswer.Unknown(noAnswer.sentence());
        }
    }

    private Base resolve(String what, Pullspec image, DockerConfig login) {
        try {
            return switch (registry.inspect(image, login)) {
                case Inspection.Found found -> new Base.Known(image.withDigest(found.digest()));
                case Inspection.NotFound() -> new Base.NotKnown(what + " " + image + " does not exist in its registry; name another");
            };
        } catch (RegistryException noAnswer) {
            return new Base.NotKnown(what + " " + image + " cannot be looked up: " + noAnswer.sentence());
        }
    }
}
