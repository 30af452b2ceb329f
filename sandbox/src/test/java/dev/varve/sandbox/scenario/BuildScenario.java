package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Seeing;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What scenarios of builds begin and end with, and do. No node is layered. */
public abstract class BuildScenario extends ClusterScenario {
    protected static final String WORKS = "FROM configs AS final\nRUN ostree container commit\n";
    private static final String YES = "True: ";
    private static final String NO = "False: ";

    private final Set<String> started = ConcurrentHashMap.newKeySet();
    private SharedIndexInformer<Pod> watch;

    @BeforeEach
    void start() {
        begin();
        // Of a build that failed in an earlier scenario there may still be one.
        await().atMost(cluster.patience()).until(() -> pods().isEmpty());
        watch = buildPods().inform(new Seeing<>(pod -> started.add(pod.getMetadata().getUid())));
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

    /** A text that no registry has an image of: they outlive a scenario, and what they have would be reused. */
    protected static String unheardOf(String containerfile) {
        return "# " + UUID.randomUUID() + "\n" + containerfile;
    }

    protected final void apply(GenericKubernetesResource config) {
        Guide.apply(cluster.client(), List.of(config));
    }

    /** How the guide's pool is built. Replaced, not merged: what was said before holds no longer. */
    protected final void policy(Map<String, Object> build) {
        GenericKubernetesResource policy = new GenericKubernetesResource();
        policy.setApiVersion("varve.dev/v1alpha1");
        policy.setKind("RolloutPolicy");
        policy.setMetadata(new ObjectMetaBuilder().withName(Guide.POOL).build());
        policy.setAdditionalProperty("spec", Map.of("build", build));
        cluster.client().resource(policy).createOr(NonDeletingOperation::update);
    }

    /** The push secret has that password from now on. */
    protected final void pushWith(String password) {
        Guide.apply(cluster.client(), List.of(Guide.pushSecret(password)));
    }

    protected final void rebuild() {
        cluster.client().genericKubernetesResources(Guide.CONFIGS).withName("layered").patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"annotations\":{\"" + Keys.REBUILD + "\":\"\"}}}");
    }

    /** With the builds it has, as the garbage collector sees to. */
    protected final void delete() {
        cluster.client().genericKubernetesResources(Guide.CONFIGS).withName("layered").delete();
        await().atMost(cluster.patience()).until(
                () -> scene.config() == null && cluster.client().genericKubernetesResources(Guide.BUILDS).list().getItems().isEmpty());
    }

    /** Name of the build that counts. */
    protected final String build() {
        return scene.config().getMetadata().getAnnotations().get(Keys.CURRENT_MACHINE_OS_BUILD);
    }

    protected final List<Pod> pods() {
        return buildPods().list().getItems();
    }

    /** Uids of all build pods there have been: a name may come again. */
    protected final Set<String> started() {
        return started;
    }

    protected final Pod awaitPod() {
        return await().atMost(cluster.patience()).until(this::pods, pods -> pods.size() == 1).getFirst();
    }

    /** Waits until a build has ended well. */
    protected final Pullspec succeeded() {
        await().atMost(cluster.patience()).untilAsserted(() -> assertThat(built()).startsWith(YES));
        String message = built();
        return Pullspec.parse(message.substring(message.lastIndexOf(' ') + 1));
    }

    /** Waits until a build has ended badly and its config says so in the same words. @return these words */
    protected final String failed() {
        return await().atMost(cluster.patience()).until(this::built, built -> !built.isEmpty() && built.equals(failure())).substring(NO.length());
    }

    /** What the build says that counts; "" unless it has failed. */
    private String failure() {
        String failed = build() == null ? "" : scene.condition(Guide.BUILDS, build(), "Failed");
        return failed.startsWith(YES) ? NO + failed.substring(YES.length()) : "";
    }

    protected final String built() {
        return scene.condition(Guide.CONFIGS, "layered", "Built");
    }

    private FilterWatchListDeletable<Pod, PodList, PodResource> buildPods() {
        return cluster.client().pods().inNamespace(Guide.NAMESPACE).withLabel(Keys.ON_CLUSTER_LAYERING);
    }
}
