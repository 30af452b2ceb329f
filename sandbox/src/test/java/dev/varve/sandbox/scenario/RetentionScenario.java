package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images that nobody needs leave the registry, once a pool is updated; all others stay. One node runs them, one image is kept. */
public abstract class RetentionScenario extends ClusterScenario {
    /** No registry has an image of it: they outlive a scenario. */
    private final String run = UUID.randomUUID().toString();
    private Pullspec guides;

    @BeforeEach
    void start() {
        begin();
        scene.setUp();
        cluster.client().genericKubernetesResources(Guide.POLICIES).withName(Guide.POOL)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"retention\":{\"images\":1}}}");
        guides = scene.imageAfter("");
    }

    @AfterEach
    void stop() throws Exception {
        endWithNothingWrong();
    }

    @Test
    void whatNoNodeRunsOrCouldRollBackToLeavesTheRegistry() throws Exception {
        Pullspec first = next("first");
        scene.label(first());
        scene.awaitDone(first(), first);
        awaitDeleted(guides);
        assertThat(cluster.hasImage(first)).isTrue();

        Pullspec second = next("second");
        scene.awaitDone(first(), second);
        assertThat(Pullspec.parse(scene.annotation(first(), Keys.ROLLBACK_IMAGE))).isEqualTo(first);

        // Nobody needs the first any more; the second is what the node could roll back to.
        Pullspec third = next("third");
        scene.awaitDone(first(), third);
        assertThat(Pullspec.parse(scene.annotation(first(), Keys.ROLLBACK_IMAGE))).isEqualTo(second);
        awaitDeleted(first);
        await().during(aWhile()).atMost(soon()).until(() -> cluster.hasImage(second) && cluster.hasImage(third));
        assertThat(events("ImageDeleted")).hasSize(2).anyMatch(said -> said.contains(first.toString())).anyMatch(said -> said.contains(guides.toString()));

        // The second could leave now, but for a tag of somebody else's that would go with it.
        cluster.tagImage(second, "mine");
        Pullspec fourth = next("fourth");
        scene.awaitDone(first(), fourth);
        await().atMost(cluster.patience()).until(() -> events("ImageNotDeleted"), said -> !said.isEmpty());
        assertThat(events("ImageNotDeleted")).singleElement().asString().contains(second.toString(), "the tag mine leads to it");
        assertThat(List.of(second, third, fourth)).allMatch(cluster::hasImage);
        assertThat(images()).containsExactlyInAnyOrder(second.toString(), third.toString(), fourth.toString());
        cluster.deleteImage(second);
    }

    /** Applied and built; the node may be on its way there. */
    private Pullspec next(String name) {
        String before = scene.currentImage();
        scene.containerfile("# " + name + " of " + run + "\nFROM configs AS final\nRUN rpm-ostree install tree && ostree container commit\n");
        return scene.imageAfter(before);
    }

    private void awaitDeleted(Pullspec image) {
        await().atMost(cluster.patience()).until(() -> !cluster.hasImage(image));
        await().atMost(cluster.patience()).until(this::images, images -> !images.contains(image.toString()));
    }

    /** Of the MachineOSBuilds that there are. */
    private List<String> images() {
        return cluster.client().genericKubernetesResources(Guide.BUILDS).list().getItems().stream()
                .map(build -> String.valueOf(build.<Object>get("status", "finalImagePullspec")))
                .filter(image -> !image.equals("null"))
                .toList();
    }

    private List<String> events(String reason) {
        GenericKubernetesResource config = scene.config();
        return cluster.client().v1().events().inAnyNamespace().withField("involvedObject.uid", config.getMetadata().getUid()).list().getItems()
                .stream()
                .filter(event -> event.getReason().equals(reason))
                .map(event -> event.getMessage())
                .toList();
    }
}
