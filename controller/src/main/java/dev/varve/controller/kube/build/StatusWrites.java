package dev.varve.controller.kube.build;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.build.BuildState;
import dev.varve.controller.decide.build.Condition;
import dev.varve.controller.decide.build.ConfigStatus;
import dev.varve.controller.decide.render.CanonicalJson;
import dev.varve.controller.kube.Kinds;
import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Status of MachineOSBuild and MachineOSConfig. The view may be stale, so each write is decided on the object as it is now
 * and carries its resourceVersion; nothing is written where nothing changes.
 */
final class StatusWrites {
    private static final String BUILDER = "PodImageBuilder";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final String namespace;

    StatusWrites(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** The five conditions and the start, on a build that was just made; nothing where it has them. */
    void initial(String build, Instant now) {
        live(Kinds.MACHINE_OS_BUILD, build)
                .filter(object -> !Fields.status(object).at("conditions").present())
                .ifPresent(object -> write(Kinds.MACHINE_OS_BUILD, object, entered(object, BuildState.Initial, Condition.of(BuildState.Initial, ""), now)));
    }

    /** The pod that works on it; the state follows the first time. */
    void attempt(String build, String pod, Instant now) {
        live(Kinds.MACHINE_OS_BUILD, build).filter(object -> !state(object).terminal() && !worksOn(object, pod)).ifPresent(object -> {
            Map<String, Object> status = state(object) == BuildState.Initial
                    ? entered(object, BuildState.Prepared, Condition.of(BuildState.Prepared, ""), now)
                    : new LinkedHashMap<>();
            status.put("builderReference", Map.of(
                    "imageBuilderType", BUILDER,
                    "buildPod", Map.of("group", "", "name", pod, "namespace", namespace, "resource", "")));
            write(Kinds.MACHINE_OS_BUILD, object, status);
        });
    }

    private static boolean worksOn(GenericKubernetesResource build, String pod) {
        return state(build) != BuildState.Initial
                && Fields.status(build).at("builderReference").at("buildPod").at("name").string("").equals(pod);
    }

    /**
     * Moves a build on, where it can still move there.
     *
     * @param failure what the condition Failed says
     * @param image what was built, where it succeeded
     * @return whether it moved
     */
    boolean move(String build, BuildState next, String failure, Optional<String> image, Instant now) {
        Optional<GenericKubernetesResource> object =
                live(Kinds.MACHINE_OS_BUILD, build).filter(found -> state(found).canBecome(next));
        object.ifPresent(found -> {
            Map<String, Object> status = entered(found, next, Condition.of(next, failure), now);
            image.ifPresent(pullspec -> status.put("finalImagePullspec", pullspec));
            write(Kinds.MACHINE_OS_BUILD, found, status);
        });
        return object.isPresent();
    }

    /**
     * A build that has not begun succeeds by an image that was there: its builder has no pod.
     *
     * @return the build, where it could still succeed
     */
    Optional<GenericKubernetesResource> reuse(String build, Pullspec image, Instant now) {
        Optional<GenericKubernetesResource> object =
                live(Kinds.MACHINE_OS_BUILD, build).filter(found -> state(found).canBecome(BuildState.Succeeded));
        object.ifPresent(found -> {
            var conditions = new ArrayList<>(Condition.of(BuildState.Succeeded, ""));
            conditions.add(Condition.reused(image));
            Map<String, Object> status = entered(found, BuildState.Succeeded, conditions, now);
            status.put("builderReference", Map.of("imageBuilderType", BUILDER));
            status.put("finalImagePullspec", image.toString());
            write(Kinds.MACHINE_OS_BUILD, found, status);
        });
        return object;
    }

    void config(GenericKubernetesResource seen, ConfigStatus wanted, Instant now) {
        if (changes(seen, seen, wanted, now).isEmpty()) {
            return;
        }
        live(Kinds.MACHINE_OS_CONFIG, Fields.name(seen)).ifPresent(object -> {
            Map<String, Object> status = changes(object, seen, wanted, now);
            if (!status.isEmpty()) {
                write(Kinds.MACHINE_OS_CONFIG, object, status);
            }
        });
    }

    static BuildState state(GenericKubernetesResource build) {
        return Condition.state(Fields.status(build).at("conditions"));
    }

    Optional<GenericKubernetesResource> live(ResourceDefinitionContext kind, String name) {
        return Optional.ofNullable(client.genericKubernetesResources(kind).withName(name).get());
    }

    /** Start and end are set once; the end is after the start, as the later schema wants it, to the second. */
    private static Map<String, Object> entered(GenericKubernetesResource build, BuildState state, List<Condition> conditions, Instant now) {
        Tree before = Fields.status(build);
        Instant second = now.truncatedTo(ChronoUnit.SECONDS);
        var status = new LinkedHashMap<String, Object>();
        status.put("conditions", Condition.merge(before.at("conditions"), conditions, now));
        String start = before.at("buildStart").string(second.toString());
        status.put("buildStart", start);
        if (state.terminal()) {
            Instant soonest = Instant.parse(start).plusSeconds(1);
            status.put("buildEnd", before.at("buildEnd").string((second.isBefore(soonest) ? soonest : second).toString()));
        }
        return status;
    }

    /** Of the status as it is, only what must become different. */
    private static Map<String, Object> changes(
            GenericKubernetesResource object, GenericKubernetesResource judged, ConfigStatus wanted, Instant now) {
        Tree before = Fields.status(object);
        var status = new LinkedHashMap<String, Object>();
        put(status, before, "conditions", Condition.merge(before.at("conditions"), wanted.conditions(), now));
        wanted.image().ifPresent(image -> put(status, before, "currentImagePullspec", image.toString()));
        Long generation = judged.getMetadata().getGeneration();
        if (generation != null && !same(before.at("observedGeneration").value(), generation)) {
            status.put("observedGeneration", generation);
        }
        return status;
    }

    private static void put(Map<String, Object> status, Tree before, String field, Object value) {
        if (!same(before.at(field).value(), value)) {
            status.put(field, value);
        }
    }

    private static boolean same(@Nullable Object one, @Nullable Object other) {
        return Objects.equals(CanonicalJson.text(one), CanonicalJson.text(other));
    }

    private void write(ResourceDefinitionContext kind, GenericKubernetesResource object, Map<String, Object> status) {
        String patch = CanonicalJson.text(Map.of(
                "metadata", Map.of("resourceVersion", object.getMetadata().getResourceVersion()),
                "status", status));
        client.genericKubernetesResources(kind).withName(Fields.name(object)).subresource("status").patch(MERGE, patch);
    }

    /** On the MachineOSConfig, which build counts. */
    void current(GenericKubernetesResource config, String build) {
        annotate(config, Map.of("annotations", Map.of(Keys.CURRENT_MACHINE_OS_BUILD, build)));
    }

    /** Taken away and counted in one patch, so that a rebuild is neither lost nor made twice. */
    void consumeRebuild(GenericKubernetesResource config, int rebuilds) {
        var annotations = new LinkedHashMap<String, @Nullable Object>();
        annotations.put(Keys.REBUILD, null);
        annotations.put(Keys.REBUILDS, String.valueOf(rebuilds));
        annotate(config, Map.of("annotations", annotations, "resourceVersion", config.getMetadata().getResourceVersion()));
    }

    private void annotate(GenericKubernetesResource config, Map<String, Object> metadata) {
        client.genericKubernetesResources(Kinds.MACHINE_OS_CONFIG)
                .withName(Fields.name(config))
                .patch(MERGE, CanonicalJson.text(Map.of("metadata", metadata)));
    }
}
