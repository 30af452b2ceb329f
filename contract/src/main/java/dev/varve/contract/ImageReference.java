package dev.varve.contract;

import java.util.List;
import java.util.Optional;

/**
 * The refspec rpm-ostree knows an image by. We write one spelling only, because rpm-ostree stores and compares the text
 * as it is (rpm-ostree-dbus.md 1.5); we read every spelling of a registry image.
 */
public final class ImageReference {
    /** The spelling we write. */
    public static final String PREFIX = "ostree-unverified-registry:";

    private static final List<String> READ =
            List.of(
                    PREFIX,
                    "ostree-unverified-image:registry:",
                    "ostree-unverified-image:docker://",
                    "ostree-image-signed:registry:",
                    "ostree-image-signed:docker://");

    private ImageReference() {}

    public static String refspec(Pullspec pullspec) {
        return PREFIX + pullspec;
    }

    /** Empty where the refspec is not of a registry image, or is not a pullspec. */
    public static Optional<Pullspec> pullspec(String refspec) {
        for (String prefix : READ) {
            if (refspec.startsWith(prefix)) {
                try {
                    return Optional.of(Pullspec.parse(refspec.substring(prefix.length())));
                } catch (ContractException notOurs) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
