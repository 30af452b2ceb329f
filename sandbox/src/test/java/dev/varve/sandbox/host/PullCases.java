package dev.varve.sandbox.host;

import static dev.varve.contract.ImageReference.refspec;
import static dev.varve.sandbox.host.RpmOstreeWire.locked;
import static dev.varve.sandbox.host.RpmOstreeWire.ownLines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.Test;

/** What a pull tells and leaves: rpm-ostree-dbus.md 7.1 (1, 6, 7), 7.2 and 7.5. */
interface PullCases extends Cases {

    @Test
    default void tellsOfARebaseInOrder() throws Exception {
        wire().rebase(host().image(), locked());
        List<String> heard = ownLines(wire().follow());

        String reference = refspec(host().image());
        assertThat(heard).startsWith("Message Pulling manifest: " + reference);
        assertThat(heard.get(1)).isEqualTo("Message Importing: " + reference + " (digest: " + host().image().requireDigest() + ")");
        int first = 2;
        while (heard.get(first).startsWith("Message ")) {
            assertThat(heard.get(first)).matches("Message (ostree chunk|custom) layers (already present: \\d+|needed: \\d+ \\(" + SIZE + "\\))");
            first++;
        }
        assertThat(first).as("base chunks and custom layers are told of").isGreaterThan(3);
        int layers = (heard.indexOf("ProgressEnd") - first) / 2;
        for (int index = 0; index < layers; index++) {
            assertThat(heard.get(first + 2 * index))
                    .matches("TaskBegin \\[" + index + "/" + layers + "] Fetching (ostree chunk|layer) [0-9a-f]{19} \\(" + SIZE + "\\)");
            assertThat(heard.get(first + 2 * index + 1)).isEqualTo("TaskEnd done");
        }
        assertThat(heard.subList(first + 2 * layers, heard.size()))
                .containsExactly("ProgressEnd", "TaskBegin Staging deployment", "TaskEnd done", "Finished true ");
    }

    @Test
    default void importsNothingForAnImageThatIsThere() throws Exception {
        wire().stageLocked(host().image());
        wire().rebase(host().factory(), locked());
        assertThat(ownLines(wire().follow()))
                .contains("Message Pulling manifest: " + refspec(host().factory()), "TaskBegin Staging deployment", "Finished true ")
                .noneMatch(line -> line.startsWith("Message Importing") || line.startsWith("TaskBegin ["));
    }

    @Test
    default void asksTheRegistryAlsoForAnImageThatIsThere() throws Exception {
        wire().stageLocked(host().image());
        host().endRegistry();
        wire().rebase(host().factory(), locked());
        assertThat(wire().end()).contains("OpenImage: pinging container registry").contains("connection refused");
        assertThat(wire().references()).hasSize(2);
    }

    @Test
    default void importsOnlyTheLayersThatAreMissing() throws Exception {
        wire().rebase(host().image(), locked());
        String chunks = ownLines(wire().follow()).stream()
                .filter(line -> line.startsWith("Message ostree chunk layers needed: "))
                .map(line -> line.replaceAll("\\D+(\\d+) \\(.*", "$1"))
                .findFirst()
                .orElseThrow();
        wire().reload();
        wire().rebase(host().otherImage(), locked());
        assertThat(ownLines(wire().follow()))
                .contains("Message ostree chunk layers already present: " + chunks)
                .anyMatch(line -> line.matches("Message custom layers needed: 1 \\(" + SIZE + "\\)"))
                .anyMatch(line -> line.matches("TaskBegin \\[0/1] Fetching layer [0-9a-f]{19} \\(" + SIZE + "\\)"))
                .contains("Message Pruned images: 1 (layers: 1)");
    }

    @Test
    default void keepsTheLayersOfAPullThatFailsUntilItIsCleanedUp() throws Exception {
        wire().rebase(host().image(TestImage.WITHOUT_LAYER), locked());
        List<String> heard = ownLines(wire().follow());
        assertThat(heard.getLast())
                .isEqualTo("Finished false Importing: failed to invoke method GetBlob: failed to invoke method GetBlob: fetching blob: blob unknown to registry");
        assertThat(heard).filteredOn(line -> line.startsWith("TaskBegin")).hasSameSizeAs(heard.stream().filter("TaskEnd done"::equals).toList());
        assertThat(heard).doesNotContain("ProgressEnd");
        wire().reload();
        assertThat(wire().references()).hasSize(1);
        wire().cleanup("base");
        assertThat(ownLines(wire().follow())).contains("Message Pruned images: 0 (layers: 1)");
    }

    @Test
    default void prefetchesWithoutDeploying() throws Exception {
        Map<String, Variant<?>> options = RpmOstreeWire.options("download-only", new Variant<>(true));
        wire().rebase(host().image(), options);
        try (RpmOstreeWire.Peer peer = wire().peer()) {
            peer.start();
            assertThat(peer.title()).isEqualTo("rebase (download only)");
            assertThat(ownLines(peer.untilFinished()))
                    .contains("ProgressEnd")
                    .endsWith("Message Update downloaded.", "Finished true ")
                    .doesNotContain("TaskBegin Staging deployment");
        }
        wire().reload();
        assertThat(wire().references()).containsExactly(refspec(host().factory()));
        wire().rebase(host().image(), locked());
        assertThat(ownLines(wire().follow())).contains("Finished true ").noneMatch(line -> line.startsWith("Message Importing"));
    }

    @Test
    default void makesAnotherDeploymentOfTheSameDigestAfterAPrune() throws Exception {
        wire().stageLocked(host().image());
        Object before = wire().deployments().getFirst().get("checksum");
        wire().cleanup("pending-deploy");
        assertThat(wire().end()).isEmpty();
        wire().stageLocked(host().image());
        Map<String, Object> again = wire().deployments().getFirst();
        assertThat(again.get("checksum")).isNotEqualTo(before);
        assertThat(again.get("container-image-reference-digest")).isEqualTo(host().image().requireDigest().value());
    }

    /** Why a reference should name the digest. */
    @Test
    default void forgetsTheImageOfATagOnceItsRevisionIsStaged() throws Exception {
        Pullspec tag = host().image(TestImage.TAG);
        String digest = host().image().requireDigest().value();
        Map<String, Variant<?>> options = locked();
        options.put("revision", new Variant<>(digest));
        wire().rebase(tag, options);
        List<String> heard = ownLines(wire().follow());
        wire().reload();
        assertThat(heard).filteredOn("ProgressEnd"::equals).as("one more than without").hasSize(2);
        assertThat(heard.subList(0, heard.indexOf("ProgressEnd"))).as("early").noneMatch(line -> line.startsWith("TaskBegin"));
        assertThat(heard.subList(heard.indexOf("TaskBegin Staging deployment"), heard.size()))
                .anyMatch(line -> line.matches("Message Pruned images: 1 \\(layers: \\d+\\)"))
                .endsWith("Finished true ");
        assertThat(wire().deployments().getFirst())
                .containsEntry("container-image-reference", refspec(tag))
                .containsEntry("container-image-reference-digest", digest);
    }

    @Test
    default void reportsThePlatformsDigestOfAnIndex() throws Exception {
        Pullspec index = host().image(TestImage.INDEX);
        wire().stageLocked(index);
        Map<String, Object> staged = wire().deployments().getFirst();
        String digest = host().image().requireDigest().value();
        assertThat(staged).containsEntry("container-image-reference", refspec(index)).containsEntry("container-image-reference-digest", digest);
        wire().finalizeDeployment(index.requireDigest().value());
        assertThat(wire().end()).isEqualTo("Expected staged base checksum " + index.requireDigest() + ", but found " + digest);
    }
}
