package dev.varve.sandbox.quickstart;

import dev.varve.contract.Pullspec;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The objects of the guide, as it writes them, and how each is reached. */
public final class Guide {
    public static final String POOL = "layered";
    public static final String NAMESPACE = "openshift-machine-config-operator";
    public static final String POOL_LABEL = "node-role.kubernetes.io/layered";
    public static final String PULL_SECRET = "global-pull-secret-copy";
    public static final String PUSH_SECRET = "builder-dockercfg-123";
    public static final String PUSH_HOST = "image-registry.openshift-image-registry.svc:5000";
    public static final String BASE_HOST = "registry.ci.openshift.org";

    /** Who may pull from and push to both hosts, on every cluster that the guide is played on. */
    public static final String USER = "sandbox";
    public static final String PASSWORD = "sandbox";

    public static final String SERVICE_NAMESPACE = "shop";
    public static final String SERVICE = "web";

    public static final ResourceDefinitionContext POOLS = kind("machineconfiguration.openshift.io", "v1", "MachineConfigPool", "machineconfigpools");
    public static final ResourceDefinitionContext CONFIGS =
            kind("machineconfiguration.openshift.io", "v1alpha1", "MachineOSConfig", "machineosconfigs");
    public static final ResourceDefinitionContext BUILDS =
            kind("machineconfiguration.openshift.io", "v1alpha1", "MachineOSBuild", "machineosbuilds");
    public static final ResourceDefinitionContext POLICIES = kind("varve.dev", "v1alpha1", "RolloutPolicy", "rolloutpolicies");

    private static final String SERVICE_IMAGE = "registry.example.com/shop/web:1";

    private Guide() {}

    /** All objects of one of our YAML resources, e.g. {@code pool.yaml}. */
    public static List<HasMetadata> objects(KubernetesClient client, String resource) {
        return loaded(client, text(resource));
    }

    /** Namespace, Deployment with three replicas, and its disruption budget of two. */
    public static List<HasMetadata> service(KubernetesClient client, String image) {
        return loaded(client, text("service.yaml").replace(SERVICE_IMAGE, image));
    }

    private static List<HasMetadata> loaded(KubernetesClient client, String yaml) {
        return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
    }

    /** The namespace and the guide's two secrets. */
    public static List<HasMetadata> credentials() {
        return List.of(
                new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build(),
                registrySecret(PULL_SECRET, BASE_HOST, PASSWORD),
                pushSecret(PASSWORD));
    }

    /** What a cluster has before the guide begins, with the name of its base image. */
    public static List<HasMetadata> cluster(KubernetesClient client, Pullspec base) {
        var objects = new ArrayList<HasMetadata>();
        objects.add(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build());
        objects.addAll(objects(client, "cluster.yaml"));
        objects.add(new ConfigMapBuilder()
                .withNewMetadata().withName("machine-config-osimageurl").withNamespace(NAMESPACE).endMetadata()
                .addToData("baseOSContainerImage", base.toString())
                .build());
        return objects;
    }

    /** The MachineOSConfig of the guide. */
    public static GenericKubernetesResource machineOSConfig() {
        return Serialization.unmarshal(text("machineosconfig.yaml"), GenericKubernetesResource.class);
    }

    /** The guide's push secret with that password in it. */
    public static Secret pushSecret(String password) {
        return registrySecret(PUSH_SECRET, PUSH_HOST, password);
    }

    /** The MachineOSConfig of the guide with another Containerfile. */
    public static GenericKubernetesResource machineOSConfig(String containerfile) {
        GenericKubernetesResource config = machineOSConfig();
        config.<Map<String, Object>>get("spec", "buildInputs")
                .put("containerFile", List.of(Map.of("containerfileArch", "noarch", "content", containerfile)));
        return config;
    }

    /** A registry credential as {@code kubectl create secret docker-registry} makes it. */
    private static Secret registrySecret(String name, String host, String password) {
        String auth = Base64.getEncoder().encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
        String config = "{\"auths\":{\"" + host + "\":{\"auth\":\"" + auth + "\"}}}";
        return new SecretBuilder()
                .withNewMetadata().withName(name).withNamespace(NAMESPACE).endMetadata()
                .withType("kubernetes.io/dockerconfigjson")
                .withData(Map.of(".dockerconfigjson", Base64.getEncoder().encodeToString(config.getBytes(StandardCharsets.UTF_8))))
                .build();
    }

    /** As {@code kubectl apply --server-side --force-conflicts}: fields that are not given stay whoever else's they are. */
    public static void apply(KubernetesClient client, List<? extends HasMetadata> objects) {
        objects.forEach(object -> client.resource(object).forceConflicts().serverSideApply());
    }

    static String text(String resource) {
        try (InputStream in = Guide.class.getResourceAsStream("/guide/" + resource)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks guide/" + resource + "; build it again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException("reading guide/" + resource + " from the jar", broken);
        }
    }

    private static ResourceDefinitionContext kind(String group, String version, String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group).withVersion(version).withKind(kind).withPlural(plural).withNamespaced(false).build();
    }
}
