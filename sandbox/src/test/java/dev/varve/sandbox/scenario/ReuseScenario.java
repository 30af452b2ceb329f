package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import org.junit.jupiter.api.Test;

/** What the registry has of the same inputs is not built once more, unless somebody asks for it or it is gone. */
public abstract class ReuseScenario extends BuildScenario {
    private final String containerfile = unheardOf(WORKS);

    @Test
    void anImageIsTakenAgainUnlessARebuildIsAskedForOrItIsGone() {
        apply(Guide.machineOSConfig(containerfile));
        Pullspec first = scene.imageAfter("");
        assertThat(reused()).isEmpty();
        assertThat(started()).hasSize(1);

        delete();
        apply(Guide.machineOSConfig(containerfile));
        assertThat(scene.imageAfter("")).isEqualTo(first);
        assertThat(reused()).startsWith("True: The registry had " + first + " already, built from the same inputs");
        assertThat(scene.condition(Guide.BUILDS, build(), "Succeeded")).isEqualTo("True: Build Ready");
        await().atMost(soon()).until(() -> scene.condition(Guide.CONFIGS, "layered", "Built"), c -> c.contains("without a pod") && c.endsWith(first.toString()));
        await().atMost(soon()).until(() -> cluster.client().v1().events().inAnyNamespace().withField("involvedObject.name", build()).list().getItems(),
                events -> events.stream().anyMatch(event -> event.getReason().equals("ImageReused")));
        assertThat(started()).as("nothing was started").hasSize(1);

        rebuild();
        Pullspec rebuilt = scene.imageAfter(first.toString());
        assertThat(reused()).isEmpty();
        assertThat(started()).hasSize(2);

        delete();
        cluster.deleteImage(first);
        apply(Guide.machineOSConfig(containerfile));
        Pullspec again = scene.imageAfter("");
        assertThat(again).isNotEqualTo(rebuilt);
        assertThat(reused()).isEmpty();
        assertThat(started()).hasSize(3);

        // The first rebuild of this config, and its tag has an image: of the first rebuild of the one before it.
        rebuild();
        scene.imageAfter(again.toString());
        assertThat(reused()).isEmpty();
        assertThat(started()).hasSize(4);
    }

    /** The condition of the build that counts. */
    private String reused() {
        return scene.condition(Guide.BUILDS, build(), "Reused");
    }
}
