package dev.varve.sandbox.host;

import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;

/** An image that cannot be had; the message is the text with which rpm-ostree ends the transaction (rpm-ostree-dbus.md 7.4). */
public final class ImageFetchException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final String OPEN_IMAGE =
            "Creating importer: failed to invoke method OpenImage: failed to invoke method OpenImage: ";
    private static final String GET_BLOB = "Importing: failed to invoke method GetBlob: failed to invoke method GetBlob: ";

    /** @param text whole, as rpm-ostree words it */
    public ImageFetchException(String text) {
        super(text);
    }

    /** Wrong digest, tag or repository. */
    public static ImageFetchException manifestUnknown(Pullspec image) {
        return new ImageFetchException(OPEN_IMAGE + reading(image) + ": manifest unknown");
    }

    /** No credentials, or wrong ones. */
    public static ImageFetchException authenticationRequired(Pullspec image) {
        return new ImageFetchException(OPEN_IMAGE + reading(image) + ": authentication required");
    }

    /** Nobody listens there. */
    public static ImageFetchException connectionRefused(Pullspec image) {
        String host = image.host();
        return new ImageFetchException(
                OPEN_IMAGE + "pinging container registry " + host + ": Get \"http://" + host + "/v2/\": dial tcp " + host
                        + ": connect: connection refused");
    }

    /** The registry has lost a layer of the image. */
    public static ImageFetchException layerUnknown() {
        return new ImageFetchException(GET_BLOB + "fetching blob: blob unknown to registry");
    }

    /** Nobody listens there any more, once layers before that one were fetched. */
    public static ImageFetchException layerRefused(Pullspec image, ImageFacts.Layer layer) {
        String host = image.host();
        return new ImageFetchException(
                GET_BLOB + "Get \"http://" + host + "/v2/" + image.repository() + "/blobs/" + layer.digest() + "\": dial tcp " + host
                        + ": connect: connection refused");
    }

    static ImageFetchException invalidReference() {
        return new ImageFetchException(OPEN_IMAGE + "invalid reference format");
    }

    private static String reading(Pullspec image) {
        String what = image.digest().map(Digest::value).or(image::tag).orElse("latest");
        return "reading manifest " + what + " in " + image.host() + "/" + image.repository();
    }
}
