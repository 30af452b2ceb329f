package dev.varve.sandbox.host;

import dev.varve.contract.Digest;
import dev.varve.contract.ImageReference;
import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One deployment.
 *
 * @param refspec verbatim as it was asked for
 * @param checksum ostree commit; another one for each import of the same image, as in rpm-ostree
 * @param kernelArguments without {@code ostree=}
 */
record Deployment(
        String refspec, Digest digest, String version, Instant created, String checksum, List<String> kernelArguments) {
    static final String OS_NAME = "fedora-coreos";

    Deployment {
        kernelArguments = List.copyOf(kernelArguments);
    }

    /** Its reference has a digest. Images are known by that, also one that a tag was pulled with: then this says false. */
    boolean namesItsImage() {
        return ImageReference.pullspec(refspec).flatMap(Pullspec::digest).isPresent();
    }

    String id() {
        return OS_NAME + "-" + checksum + ".0";
    }

    /** What the boot loader passes to the kernel. */
    String options() {
        String root = "ostree=/ostree/boot.1/" + OS_NAME + "/" + bootChecksum() + "/0";
        return Stream.concat(kernelArguments.stream(), Stream.of(root)).collect(Collectors.joining(" "));
    }

    String bootChecksum() {
        return ImageFacts.hash("kernel of " + version).hex();
    }

    Deployment withKernelArguments(List<String> changed) {
        return new Deployment(refspec, digest, version, created, checksum, changed);
    }
}
