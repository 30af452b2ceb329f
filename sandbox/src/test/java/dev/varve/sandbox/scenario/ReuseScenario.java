package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the registry has of the same inputs is not built once more, unless somebody asks for it or it is gone. No node is layered. */
public abstract class ReuseScenario extends ClusterScenario {
    /** No registry has an image of it: they outlive a scenario. */
    private final String containerfile = "# " + UUID.randomUUID() + "\nFROM configs AS final\nRUN ostree container commit\n";
    private final Collection<String> pods = new ConcurrentLinkedQueue<>();
    private SharedIndexInformer<Pod> watch;

    @BeforeEach
    void start() {
        begin();
        var builds = cluster.client().pods().inNamespace(Guide.NAMESPACE).withLabel(Keys.ON_CLUSTER_LAYERING);
        // Of a build that failed in an earlier scenario there may still be one.
        await().atMost(cluster.patience()).until(() -> builds.list().getItems().isEmpty());
        watch = builds.inform(new Recorder(pods));
        Guide.apply(cluster.client(), Guide.credentials());
        Guide.apply(cluster.client(), Guide.objects(cluster.client(), "pool.yaml"));
    }

    @AfterEach
    void stop() throws Exception {
        if (watch != null) {
            watch.close();
        }
        end();
    }

    @Test
    void anImageIsTakenAgainUnlessARebuildIsAskedForOrItIsGone() {
        apply();
        Pullspec first = scene.imageAfter("");
        assertThat(reused()).isEmpty();
        assertThat(pods).hasSize(1);

        delete();
        apply();
        assertThat(scene.imageAfter("")).isEqualTo(first);
        assertThat(reused()).startsWith("True: The registry had " + first + " already, built from the same inputs");
        assertThat(scene.condition(Guide.BUILDS, build(), "Succeeded")).isEqualTo("True: Build Ready");
        await().atMost(soon()).until(() -> scene.condition(Guide.CONFIGS, "layered", "Built"), c -> c.contains("without a pod") && c.endsWith(first.toString()));
        await().atMost(soon()).until(() -> cluster.client().v1().events().inAnyNamespace().withField("involvedObject.name", build()).list().getItems(),
                events -> events.stream().anyMatch(event -> event.getReason().equals("ImageReused")));
        assertThat(pods).as("nothing was started").hasSize(1);

        rebuild();
        Pullspec rebuilt = scene.imageAfter(first.toString());
        assertThat(reused()).isEmpty();
        assertThat(pods).hasSize(2);

        delete();
        cluster.deleteImage(first);
        apply();
        Pullspec again = scene.imageAfter("");
        assertThat(again).isNotEqualTo(rebuilt);
        assertThat(reused()).isEmpty();
        assertThat(pods).hasSize(3);

        // The first rebuild of this config, and its tag has an image: of the first rebuild of the one before it.
        rebuild();
        scene.imageAfter(again.toString());
        assertThat(reused()).isEmpty();
        assertThat(pods).hasSize(4);
    }

    private void rebuild() {
        cluster.client().genericKubernetesResources(Guide.CONFIGS).withName("layered").patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"annotations\":{\"" + Keys.REBUILD + "\":\"\"}}}");
    }

    private void apply() {
        GenericKubernetesResource config = Guide.machineOSConfig();
        config.<Map<String, Object>>get("spec", "buildInputs")
                .put("containerFile", List.of(Map.of("containerfileArch", "noarch", "content", containerfile)));
        Guide.apply(cluster.client(), List.of(config));
    }

    /** With the builds it has, as the garbage collector sees to. */
    private void delete() {
        cluster.client().genericKubernetesResources(Guide.CONFIGS).withName("layered").delete();
        await().atMost(cluster.patience()).until(
                () -> scene.config() == null && cluster.client().genericKubernetesResources(Guide.BUILDS).list().getItems().isEmpty());
    }

    /** The condition of the build that counts. */
    private String reused() {
        return scene.condition(Guide.BUILDS, build(), "Reused");
    }

    private String build() {
        return scene.config().getMetadata().getAnnotations().get(Keys.CURRENT_MACHINE_OS_BUILD);
    }

    /** Uids of the build pods that a watcher sees come: a name may come again. */
    private record Recorder(Collection<String> seen) implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            seen.add(pod.getMetadata().getUid());
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {}

        @Override
        public void onDelete(Pod pod, boolean unknown) {}
    }
}
