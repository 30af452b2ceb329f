package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What befalls a build from outside: each is told in a sentence, and either goes on by itself or ends, never hangs. */
public abstract class BuildTroubleScenario extends BuildScenario {
    /** On a cluster that runs its commands, long enough for something to befall it. */
    private static final String SLOW = "FROM configs AS final\nRUN sleep 8 && ostree container commit\n";
    private static final String OTHER = "other";

    @AfterEach
    void deleteOther() {
        cluster.client().genericKubernetesResources(Guide.CONFIGS).withName(OTHER).delete();
        cluster.client().genericKubernetesResources(Guide.POOLS).withName(OTHER).delete();
    }

    @Test
    void aPodThatIsEvictedIsMadeAgainAndDoesNotCount() {
        apply(Guide.machineOSConfig(unheardOf(SLOW)));
        Pod pod = awaitRunning();
        assertThat(cluster.client().pods().resource(pod).evict()).isTrue();
        succeeded();
        assertThat(started()).hasSize(2);
        assertThat(podOfTheBuild()).as("of the first attempt").isEqualTo(pod.getMetadata().getName());
    }

    @Test
    void aBuildWhoseNodeLosesItsPowerIsMadeAgainAndDoesNotCount() {
        apply(Guide.machineOSConfig(unheardOf(SLOW)));
        Pod pod = awaitRunning();
        cluster.powerCut(pod.getSpec().getNodeName());
        succeeded();
        assertThat(started()).hasSize(2);
        assertThat(podOfTheBuild()).as("of the first attempt").isEqualTo(pod.getMetadata().getName());
    }

    @Test
    void aPodThatFindsNoNodeSaysWhyAndEndsAtItsDeadline() {
        policy(Map.of("timeout", "8s", "nodeSelector", Map.of("kubernetes.io/hostname", "nowhere")));
        apply(Guide.machineOSConfig(unheardOf(WORKS)));
        await().atMost(soon()).until(this::built, built -> built.startsWith("False: ") && built.contains("didn't match Pod's node affinity/selector"));
        assertThat(failed()).contains("did not end within 8s; at the end pod", "is Pending", "didn't match Pod's node affinity/selector");
        await().atMost(soon()).until(() -> pods().isEmpty());

        policy(Map.of());
        rebuild();
        succeeded();
    }

    @Test
    void anEditAmidABuildEndsItAndBuildsTheNewText() {
        apply(Guide.machineOSConfig(unheardOf(SLOW)));
        awaitPod();
        String old = build();
        scene.containerfile(unheardOf(WORKS));
        succeeded();
        assertThat(build()).isNotEqualTo(old);
        assertThat(scene.condition(Guide.BUILDS, old, "Interrupted")).startsWith("True: ");
        await().atMost(soon()).until(() -> pods().isEmpty());
    }

    @Test
    void aConfigThatIsDeletedAmidABuildLeavesNothing() {
        apply(Guide.machineOSConfig(unheardOf(SLOW)));
        awaitPod();
        delete();
        await().atMost(cluster.patience()).until(() -> pods().isEmpty() && contexts().isEmpty());
        apply(Guide.machineOSConfig(unheardOf(WORKS)));
        succeeded();
    }

    @Test
    void aRebuildBeforeTheFirstBuildIsOneBuild() {
        GenericKubernetesResource config = Guide.machineOSConfig(unheardOf(WORKS));
        config.getMetadata().setAnnotations(Map.of(Keys.REBUILD, ""));
        apply(config);
        succeeded();
        assertThat(started()).hasSize(1);
        assertThat(scene.config().getMetadata().getAnnotations()).doesNotContainKey(Keys.REBUILD);
    }

    @Test
    void aRegistryThatNobodyKnowsIsTriedAgainAndNamed() {
        policy(Map.of("attempts", 2));
        GenericKubernetesResource config = Guide.machineOSConfig(unheardOf(WORKS));
        config.<Map<String, Object>>get("spec", "buildInputs").put("renderedImagePushspec", "registry.nowhere.invalid/varve/os-images:latest");
        apply(config);
        assertThat(failed()).startsWith("attempt 2 of 2: container image-push exited with").contains("registry.nowhere.invalid");
        assertThat(started()).hasSize(2);
    }

    @Test
    void anImageThatNoNodeCouldBootIsNoSuccess() {
        apply(Guide.machineOSConfig(unheardOf("FROM configs AS final\nLABEL ostree.bootable=0 containers.bootc=0\n")));
        assertThat(failed()).contains("is not bootable");
        assertThat(scene.condition(Guide.BUILDS, build(), "Succeeded")).startsWith("False: ");
        assertThat(scene.currentImage()).isEmpty();
    }

    @Test
    void aControllerThatIsKilledAmidABuildGoesOnWithIt() {
        apply(Guide.machineOSConfig(unheardOf(SLOW)));
        awaitPod();
        cluster.replaceController();
        succeeded();
        assertThat(started()).hasSize(1);
    }

    @Test
    void aSecretThatTwoConfigsShareIsMendedForBoth() {
        String planted = UUID.randomUUID().toString();
        pushWith(planted);
        apply(Guide.machineOSConfig(unheardOf(WORKS)));
        applyOther();
        assertThat(failed()).contains("container image-push", "mend the push secret").doesNotContain(planted);
        await().atMost(cluster.patience()).until(this::other, built -> built.contains("mend the push secret"));

        pushWith(Guide.PASSWORD);
        succeeded();
        await().atMost(cluster.patience()).until(this::other, built -> built.startsWith("True: "));
        assertThat(cluster.client().configMaps().inNamespace(Guide.NAMESPACE).list().getItems().toString()).doesNotContain(planted);
        assertThat(cluster.client().v1().events().inAnyNamespace().list().getItems().toString()).doesNotContain(planted);
    }

    private String other() {
        return scene.condition(Guide.CONFIGS, OTHER, "Built");
    }

    private void applyOther() {
        Guide.objects(cluster.client(), "pool.yaml").stream().filter(object -> object.getKind().equals("MachineConfigPool")).forEach(pool -> {
            pool.getMetadata().setName(OTHER);
            ((GenericKubernetesResource) pool).<Map<String, Object>>get("spec").put("nodeSelector", Map.of("matchLabels", Map.of("pool", OTHER)));
            Guide.apply(cluster.client(), List.of(pool));
        });
        GenericKubernetesResource config = Guide.machineOSConfig(unheardOf(WORKS));
        config.getMetadata().setName(OTHER);
        config.<Map<String, Object>>get("spec", "machineConfigPool").put("name", OTHER);
        apply(config);
    }

    private Pod awaitRunning() {
        return await().atMost(cluster.patience())
                .until(this::pods, pods -> pods.size() == 1 && pods.getFirst().getStatus().getPhase().equals("Running"))
                .getFirst();
    }

    private String podOfTheBuild() {
        return cluster.client().genericKubernetesResources(Guide.BUILDS).withName(build()).get().get("status", "builderReference", "buildPod", "name");
    }

    private List<Secret> contexts() {
        return cluster.client().secrets().inNamespace(Guide.NAMESPACE).list().getItems().stream()
                .filter(secret -> secret.getMetadata().getName().startsWith("build-context-"))
                .toList();
    }
}
