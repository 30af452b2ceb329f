package dev.varve.sandbox.host;

import static dev.varve.contract.ImageReference.refspec;
import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static dev.varve.sandbox.host.RpmOstreeWire.ownLines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Pullspec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The texts of pulls that fail, rpm-ostree-dbus.md 7.4, and that nothing comes of them. */
interface FailureCases extends Cases {
    String OPEN_IMAGE = "Creating importer: failed to invoke method OpenImage: failed to invoke method OpenImage: ";
    String MANIFEST = "Preparing import: Fetching manifest: ";

    @ParameterizedTest
    @EnumSource(names = {"MISSING", "UNBOOTABLE", "OF_OTHER_ARCHITECTURE", "UNREACHABLE", "PRIVATE"})
    default void wordsAPullThatFails(TestImage which) throws Exception {
        Pullspec image = host().image(which);
        String reading = OPEN_IMAGE + "reading manifest " + image.requireDigest() + " in " + image.host() + "/" + image.repository() + ": ";
        String text = switch (which) {
            case MISSING -> reading + "manifest unknown";
            case PRIVATE -> reading + "authentication required";
            case UNBOOTABLE -> MANIFEST + "Target image does not have ostree.bootable label";
            case OF_OTHER_ARCHITECTURE -> MANIFEST + "Image has architecture arm64; expected amd64";
            default -> OPEN_IMAGE + "pinging container registry " + image.host() + ": Get \"http://" + image.host() + "/v2/\": dial tcp ";
        };
        wire().rebase(image, locked());
        assertThat(wire().end()).startsWith(text).endsWith(which == TestImage.UNREACHABLE ? ": connect: connection refused" : text);
        nothingHasChanged();
    }

    @Test
    default void wordsANameThatNobodyKnows() throws Exception {
        Pullspec image = host().image(TestImage.AT_UNKNOWN_NAME);
        wire().rebase(image, locked());
        assertThat(wire().end())
                .startsWith(OPEN_IMAGE + "pinging container registry " + image.host() + ": Get \"https://" + image.host() + "/v2/\": dial tcp: lookup ");
        nothingHasChanged();
    }

    @Test
    default void wordsADigestThatIsNone() throws Exception {
        wire().rebase(refspec(host().image()).replaceAll("sha256:.*", "sha256:xyz"), locked());
        assertThat(wire().end()).isEqualTo(OPEN_IMAGE + "invalid reference format");
        nothingHasChanged();
    }

    @Test
    default void insistsOnAPolicyForASignedReference() throws Exception {
        String reference = refspec(host().image()).replace("ostree-unverified-registry:", "ostree-image-signed:registry:");
        wire().rebase(reference, locked());
        assertThat(ownLines(wire().follow()))
                .containsExactly(
                        "Message Pulling manifest: " + reference.replace("signed:registry:", "signed:docker://"),
                        "Finished false " + MANIFEST + "containers-policy.json specifies a default of `insecureAcceptAnything`; refusing usage");
        nothingHasChanged();
    }

    @Test
    default void wordsACredentialsFileThatIsBroken() throws Exception {
        host().breakCredentials();
        wire().rebase(host().image(), locked());
        assertThat(wire().end())
                .startsWith(OPEN_IMAGE)
                .contains("getting username and password: reading JSON file \"/proc/self/fd/100\": unmarshaling JSON");
        nothingHasChanged();
    }

    @Test
    default void wordsARegistryThatDiesBetweenLayersAndKeepsThoseItHas() throws Exception {
        Pullspec image = host().image(TestImage.SLOW_TO_UNPACK);
        HostUnderTest.Act endRegistry = host().endRegistryBetweenLayers();
        wire().rebase(image, locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.until("TaskBegin", "[0/");
            endRegistry.now();
            List<String> heard = ownLines(peer.untilFinished());
            assertThat(heard).hasSize(4).startsWith("TaskEnd done").element(1).asString().startsWith("TaskBegin [1/");
            assertThat(heard).element(2).isEqualTo("TaskEnd done");
            assertThat(heard.getLast())
                    .startsWith("Finished false Importing: failed to invoke method GetBlob: failed to invoke method GetBlob: Get \"http://" + image.host() + "/v2/")
                    .contains("dial tcp ")
                    .endsWith("connect: connection refused");
        }
        wire().reload();
        nothingHasChanged();
        wire().cleanup("base");
        assertThat(ownLines(wire().follow())).contains("Message Pruned images: 0 (layers: 1)");
        wire().reload();
        wire().cleanup("base");
        assertThat(ownLines(wire().follow())).as("kept until then, not longer").containsExactly("Finished true ");
    }

    @Test
    default void wordsARegistryThatDiesWithinABlob() throws Exception {
        Pullspec image = host().image(TestImage.SLOW);
        wire().rebase(image, locked());
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            peer.until("TaskBegin", "[0/");
            host().killRegistryWithinABlob();
            assertThat(ownLines(peer.untilFinished())).startsWith("TaskEnd done").last().asString()
                    .startsWith("Finished false Importing: Parsing layer blob sha256:")
                    .contains(": proxy failure: failed to invoke method FinishPipe: failed to invoke method FinishPipe: ")
                    .contains("unexpected EOF (while reconnecting: ")
                    .contains(" and client error: ");
        }
        nothingHasChanged();
    }

    @Test
    default void wordsABlobThatIsCorrupt() throws Exception {
        wire().rebase(host().image(TestImage.CORRUPT), locked());
        assertThat(wire().end())
                .startsWith("Importing: Parsing layer blob sha256:")
                .containsPattern("failed to invoke method FinishPipe: corrupted blob, expecting sha256:[0-9a-f]{64}");
        nothingHasChanged();
    }

    @Test
    default void wordsADiskWithoutRoom() throws Exception {
        try (AutoCloseable full = host().fillDisk()) {
            assertThat(full).isNotNull();
            wire().restartRpmOstreed();
            wire().rebase(host().image(), locked());
            assertThat(wire().end())
                    .startsWith("Importing: ")
                    .containsPattern("min-free-space-percent '99%' would be exceeded, at least " + SIZE + " requested");
        }
        wire().restartRpmOstreed();
        nothingHasChanged();
    }

    @Test
    default void stagesNothingWithoutAKernel() throws Exception {
        wire().rebase(host().image(TestImage.WITHOUT_KERNEL), locked());
        assertThat(wire().end()).startsWith("Staging deployment: Initializing deployment: Failed to find kernel in /usr/lib/modules");
        nothingHasChanged();
    }

    private void nothingHasChanged() throws Exception {
        assertThat(wire().references()).containsExactly(refspec(host().factory()));
    }
}
