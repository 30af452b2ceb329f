package dev.varve.controller.kube.render;

import dev.varve.contract.ContractException;
import dev.varve.contract.Keys;
import dev.varve.controller.decide.render.Defaults;
import dev.varve.controller.decide.render.MachineConfigFacts;
import dev.varve.controller.decide.render.Renderer;
import dev.varve.controller.decide.render.Rendering;
import dev.varve.controller.decide.LabelSelector;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.loop.PoolLoop;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MachineConfigs of a pool to its rendered MachineConfig, for pools that have a MachineOSConfig; others are not ours.
 * Base image: of a MachineConfig, else of the ConfigMap, else of the MachineOSConfig.
 */
public final class RenderLoop implements PoolLoop {
    /** Names the images of the platform (reference-behaviour.md 1.3). */
    static final String IMAGES = "machine-config-osimageurl";

    private static final Duration CONFIG_MAP_VALID = Duration.ofSeconds(10);
    private static final String CONDITION = "RenderDegraded";

    private final KubernetesClient client;
    private final ClusterView view;
    private final String namespace;
    private final RenderedConfigs rendered;
    private final Remembered<Map<String, String>> images = new Remembered<>(read -> CONFIG_MAP_VALID);

    /**
     * @param namespace of the ConfigMap with the platform's images
     * @param version of this controller, for the annotation that says who rendered
     */
    public RenderLoop(KubernetesClient client, ClusterView view, String namespace, String version) {
        this.client = client;
        this.view = view;
        this.namespace = namespace;
        rendered = new RenderedConfigs(client, view, version);
    }

    @Override
    public String name() {
        return "render";
    }

    @Override
    public Result turn(String pool, Instant now, List<Finding> earlier) {
        Optional<GenericKubernetesResource> found = Fields.named(view.machineConfigPools(), pool).filter(p -> !Fields.deleting(p));
        List<GenericKubernetesResource> configs = Fields.machineOSConfigs(view, pool);
        if (found.isEmpty() || configs.isEmpty()) {
            return Result.NOTHING;
        }
        Map<String, String> platform = images.get(IMAGES, now, this::platformImages);
        return switch (render(found.get(), configs.getFirst(), platform)) {
            case Rendering.Refused(String sentence) -> finding(true, "Failed to render configuration for pool " + pool + ": " + sentence);
            case Rendering.Rendered result -> {
                rendered.publish(found.get(), result, platform);
                yield finding(false, "");
            }
        };
    }

    private Rendering render(GenericKubernetesResource pool, GenericKubernetesResource config, Map<String, String> platform) {
        try {
            LabelSelector selector = LabelSelector.from(Fields.spec(pool).at("machineConfigSelector"));
            if (selector.isEmpty()) {
                return new Rendering.Refused(
                        "spec.machineConfigSelector is empty and would select every MachineConfig; give it matchLabels or matchExpressions");
            }
            List<MachineConfigFacts> selected = view.machineConfigs().stream()
                    .filter(candidate -> !Fields.deleting(candidate) && !isRendered(candidate))
                    .map(RenderLoop::facts)
                    .filter(candidate -> selector.matches(candidate.labels()))
                    .toList();
            return new Renderer(defaults(config, platform)).render(Fields.name(pool), selected);
        } catch (ContractException unreadable) {
            return new Rendering.Refused(unreadable.sentence());
        }
    }

    /** What the user writes into the MachineOSConfig wins over what the cluster was installed with. */
    private static Defaults defaults(GenericKubernetesResource config, Map<String, String> platform) {
        var inputs = Fields.spec(config).at("buildInputs");
        return new Defaults(
                inputs.at("baseOSImagePullspec").text().orElseGet(() -> platform.getOrDefault("baseOSContainerImage", "")),
                inputs.at("baseOSExtensionsImagePullspec").text()
                        .orElseGet(() -> platform.getOrDefault("baseOSExtensionsContainerImage", "")));
    }

    private Map<String, String> platformImages() {
        ConfigMap map = client.configMaps().inNamespace(namespace).withName(IMAGES).get();
        Map<String, String> data = map == null ? null : map.getData();
        return data == null ? Map.of() : Map.copyOf(data);
    }

    /** A selector such as NotIn would match what was rendered, which carries no labels. */
    private static boolean isRendered(GenericKubernetesResource config) {
        return config.getMetadata().getOwnerReferences().stream().anyMatch(owner -> owner.getKind().equals("MachineConfigPool"));
    }

    private static MachineConfigFacts facts(GenericKubernetesResource config) {
        Map<String, String> labels = config.getMetadata().getLabels();
        return new MachineConfigFacts(
                Fields.name(config),
                labels == null ? Map.of() : labels,
                Fields.annotations(config).containsKey(Keys.GENERATED_BY_VERSION),
                Fields.spec(config).value());
    }

    private static Result finding(boolean bad, String message) {
        return new Result(Optional.empty(), List.of(new Finding(CONDITION, bad, "", message)));
    }
}
