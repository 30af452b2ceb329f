package dev.varve.controller.kube.render;

import dev.varve.contract.Keys;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.render.CanonicalJson;
import dev.varve.controller.decide.render.Rendering.Rendered;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.Kinds;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what was rendered: the object first, then the pool that points to it, so that no pool points to nothing. */
final class RenderedConfigs {
    private static final Logger LOG = LoggerFactory.getLogger(RenderedConfigs.class);

    private final KubernetesClient client;
    private final ClusterView view;
    private final String version;

    RenderedConfigs(KubernetesClient client, ClusterView view, String version) {
        this.client = client;
        this.view = view;
        this.version = version;
    }

    /** @param platform entries of the ConfigMap with the platform's images */
    void publish(GenericKubernetesResource pool, Rendered rendered, Map<String, String> platform) {
        if (Fields.named(view.machineConfigs(), rendered.name()).isEmpty()) {
            create(object(pool, rendered, platform));
        }
        if (!pointsTo(pool, rendered)) {
            String patch = CanonicalJson.text(Map.of("spec", Map.of("configuration", Map.of(
                    "name", rendered.name(),
                    "source", rendered.sources().stream().map(RenderedConfigs::reference).toList()))));
            client.genericKubernetesResources(Kinds.MACHINE_CONFIG_POOL)
                    .withName(Fields.name(pool))
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
            LOG.info("pool {} is configured by {}", Fields.name(pool), rendered.name());
        }
    }

    private void create(GenericKubernetesResource object) {
        try {
            client.genericKubernetesResources(Kinds.MACHINE_CONFIG).resource(object).create();
            LOG.info("rendered {}", Fields.name(object));
        } catch (KubernetesClientException failed) {
            // Its name is a hash of its contents: one that is there is the same.
            if (failed.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw failed;
            }
        }
    }

    GenericKubernetesResource object(GenericKubernetesResource pool, Rendered rendered, Map<String, String> platform) {
        var annotations = new HashMap<String, String>();
        annotations.put(Keys.GENERATED_BY_VERSION, version);
        annotations.put(Keys.RELEASE_IMAGE_VERSION, platform.getOrDefault("releaseVersion", version));
        String base = platform.getOrDefault("baseOSContainerImage", "");
        if (!base.isEmpty() && !base.equals(rendered.spec().get("osImageURL"))) {
            annotations.put(Keys.OS_IMAGE_URL_OVERRIDDEN, "true");
        }
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(Keys.GROUP + "/v1")
                .withKind("MachineConfig")
                .withNewMetadata()
                .withName(rendered.name())
                .withAnnotations(annotations)
                .withOwnerReferences(Fields.controlledBy(pool))
                .endMetadata()
                .addToAdditionalProperties("spec", rendered.spec())
                .build();
    }

    static boolean pointsTo(GenericKubernetesResource pool, Rendered rendered) {
        Tree configuration = Fields.spec(pool).at("configuration");
        List<String> sources = configuration.at("source").list().stream().map(source -> source.at("name").string("")).toList();
        return configuration.at("name").string("").equals(rendered.name()) && sources.equals(rendered.sources());
    }

    private static Map<String, String> reference(String machineConfig) {
        return Map.of("apiVersion", Keys.GROUP + "/v1", "kind", "MachineConfig", "name", machineConfig);
    }
}
