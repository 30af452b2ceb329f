package dev.varve.controller.kube.build;

import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.controller.decide.build.BuildInputs;
import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The objects of one build but its pods: MachineOSBuild and context Secret. */
final class BuildObjects {
    /** Entry of the context Secret. */
    static final String CONTEXT_KEY = "context.tar";

    private BuildObjects() {}

    /** What makes a build object findable. Label values are shortened where they are too long; annotations never. */
    static ObjectMeta metadata(String name, String build, String config, String pool, BuildInputs inputs) {
        Map<String, String> about = Map.of(
                Keys.ON_CLUSTER_LAYERING, "",
                Keys.MACHINE_OS_CONFIG, config,
                Keys.MACHINE_OS_BUILD, build,
                Keys.RENDERED_MACHINE_CONFIG, inputs.rendered(),
                Keys.TARGET_POOL, pool);
        var labels = new HashMap<String, String>();
        about.forEach((key, value) -> labels.put(key, Names.label(value)));
        var annotations = new HashMap<String, String>(about);
        annotations.remove(Keys.ON_CLUSTER_LAYERING);
        annotations.put(Keys.BUILD_INPUTS, inputs.hash());
        return new ObjectMetaBuilder().withName(name).withLabels(labels).withAnnotations(annotations).build();
    }

    static GenericKubernetesResource machineOSBuild(
            GenericKubernetesResource config, String pool, String name, BuildInputs inputs, String secretVersions) {
        ObjectMeta metadata = metadata(name, name, Fields.name(config), pool, inputs).edit()
                .addToAnnotations(Keys.SECRET_VERSIONS, secretVersions)
                .withOwnerReferences(Fields.controlledBy(config))
                .build();
        return new GenericKubernetesResourceBuilder()
                .withApiVersion(Keys.GROUP + "/v1alpha1")
                .withKind("MachineOSBuild")
                .withMetadata(metadata)
                .addToAdditionalProperties("spec", Map.of(
                        "configGeneration", 1,
                        "version", 1,
                        "desiredConfig", Map.of("name", inputs.rendered()),
                        "machineOSConfig", Map.of("name", Fields.name(config)),
                        "renderedImagePushspec", inputs.pushspec().toString()))
                .build();
    }

    static Secret context(GenericKubernetesResource build, String namespace, String config, String pool, BuildInputs inputs, byte[] tar) {
        String name = Names.buildContext(inputs.rendered(), inputs.hash());
        return new SecretBuilder()
                .withMetadata(metadata(name, Fields.name(build), config, pool, inputs).edit()
                        .withNamespace(namespace)
                        .withOwnerReferences(Fields.controlledBy(build))
                        .build())
                .withType("Opaque")
                .withImmutable(true)
                .addToData(CONTEXT_KEY, Base64.getEncoder().encodeToString(tar))
                .build();
    }
}
