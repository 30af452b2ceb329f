package dev.varve.controller.kube.build;

import dev.varve.contract.BuildSpec;
import dev.varve.contract.Names;
import dev.varve.controller.decide.build.BuildInputs;
import dev.varve.controller.decide.build.ContainerFacts;
import dev.varve.controller.decide.build.MachineOSConfigFacts;
import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The pod of one attempt. {@code image-build} sees the pull secret and the context, {@code image-push} the push secret;
 * neither sees the API: no token is mounted.
 */
final class BuildPod {
    /** To let buildah unmount; nothing in the pod is worth more. */
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Map<String, Quantity> PUSH_REQUESTS = quantities(Map.of("cpu", "100m", "memory", "256Mi"));
    private static final Map<String, Quantity> PUSH_LIMITS = quantities(Map.of("memory", "1Gi"));

    /** Volumes of the secrets that registries want. */
    static final Set<String> LOGINS = Set.of("pull", "push");
    /** ConfigMap of certificate authorities beside the builder image's own. */
    static final String TRUST_BUNDLE = "varve-trust-bundle";
    /** Go reads all of these beside the system's one file of certificates (crypto/x509, root_unix.go). */
    private static final String CERTIFICATES = "/etc/ssl/certs:/etc/pki/tls/certs:" + BuildScripts.TRUST;

    private final String namespace;
    private final BuilderSettings settings;

    BuildPod(String namespace, BuilderSettings settings) {
        this.namespace = namespace;
        this.settings = settings;
    }

    Pod of(GenericKubernetesResource build, MachineOSConfigFacts config, BuildInputs inputs, int attempt, BuildSpec wishes) {
        String name = Names.buildPod(inputs.rendered(), inputs.hash(), attempt);
        return new PodBuilder()
                .withMetadata(BuildObjects.metadata(name, Fields.name(build), config.name(), config.pool(), inputs).edit()
                        .withNamespace(namespace)
                        .withOwnerReferences(Fields.controlledBy(build))
                        .build())
                .withNewSpec()
                .withRestartPolicy("Never")
                .withActiveDeadlineSeconds(Math.max(1, wishes.timeout().toSeconds()))
                .withTerminationGracePeriodSeconds(GRACE.toSeconds())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withNodeSelector(over(settings.nodeSelector(), wishes.nodeSelector()))
                .withTolerations(wishes.tolerations().stream().map(BuildPod::toleration).toList())
                .withPriorityClassName(wishes.priorityClassName().orElse(null))
                .withContainers(builds(inputs, config, wishes), pushes(inputs, wishes))
                .withVolumes(
                        secret("context", Names.buildContext(inputs.rendered(), inputs.hash())),
                        secret("pull", config.pullSecret()),
                        secret("push", config.pushSecret()),
                        // The same authorities that the controller trusts; a cluster without its own needs none.
                        optionalConfigMap("trust", TRUST_BUNDLE),
                        optionalSecret("entitlement", "etc-pki-entitlement"),
                        optionalSecret("gpg-keys", "etc-pki-rpm-gpg"),
                        optionalConfigMap("repositories", "etc-yum-repos-d"),
                        empty("shared"),
                        wishes.cacheClaim().map(claim -> claim("storage", claim)).orElseGet(() -> empty("storage")))
                .endSpec()
                .build();
    }

    private Container builds(BuildInputs inputs, MachineOSConfigFacts config, BuildSpec wishes) {
        return container(ContainerFacts.BUILD, BuildScripts.BUILD, inputs, wishes)
                .addNewEnv().withName("CONFIG").withValue(config.name()).endEnv()
                .addNewEnv().withName("REBUILDS").withValue(String.valueOf(config.rebuilds())).endEnv()
                .withNewResources()
                .withRequests(quantities(over(settings.requests(), wishes.requests())))
                .withLimits(quantities(over(settings.limits(), wishes.limits())))
                .endResources()
                .withVolumeMounts(
                        mount("context", BuildScripts.CONTEXT, true),
                        mount("pull", BuildScripts.CREDENTIALS, true),
                        mount("entitlement", BuildScripts.ENTITLEMENT, true),
                        mount("gpg-keys", BuildScripts.GPG_KEYS, true),
                        mount("repositories", BuildScripts.REPOSITORIES, true),
                        mount("trust", BuildScripts.TRUST, true),
                        mount("shared", BuildScripts.SHARED, false),
                        mount("storage", BuildScripts.STORAGE, false))
                .build();
    }

    private Container pushes(BuildInputs inputs, BuildSpec wishes) {
        return container(ContainerFacts.PUSH, BuildScripts.PUSH, inputs, wishes)
                .withNewResources().withRequests(PUSH_REQUESTS).withLimits(PUSH_LIMITS).endResources()
                .withVolumeMounts(
                        mount("push", BuildScripts.CREDENTIALS, true),
                        mount("trust", BuildScripts.TRUST, true),
                        mount("shared", BuildScripts.SHARED, false),
                        mount("storage", BuildScripts.STORAGE, false))
                .build();
    }

    private ContainerBuilder container(String name, String script, BuildInputs inputs, BuildSpec wishes) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(settings.image())
                .withCommand("/bin/sh", "-c", script)
                .withSecurityContext(rights())
                .addNewEnv().withName("TAG").withValue(inputs.pushspec().toString()).endEnv()
                .addNewEnv().withName("BASE").withValue(inputs.base().toString()).endEnv()
                .addNewEnv().withName("INPUTS").withValue(inputs.fingerprint()).endEnv()
                .addNewEnv().withName("CACHE").withValue(wishes.cacheClaim().isPresent() ? BuildScripts.STORAGE : "").endEnv()
                .addNewEnv().withName("STORAGE_DRIVER").withValue(settings.storageDriver()).endEnv()
                .addNewEnv().withName("SSL_CERT_DIR").withValue(CERTIFICATES).endEnv()
                .addAllToEnv(new TreeMap<>(settings.proxy()).entrySet().stream()
                        .map(e -> new EnvVarBuilder().withName(e.getKey()).withValue(e.getValue()).build())
                        .toList())
                // The digest where it succeeds, the end of its log where it fails and wrote nothing.
                .withTerminationMessagePath("/dev/termination-log")
                .withTerminationMessagePolicy("FallbackToLogsOnError");
    }

    /**
     * The least with which buildah works: as root of a container that is not privileged it makes itself a user namespace, in
     * which it is free to mount and to chown. Three capabilities are for that namespace's maps of ids, the third because its
     * root is this one (user_namespaces(7)). The runtime's default filter of system calls and its default AppArmor profile
     * refuse the namespace or the mounts in it; where they are not in force by default, this changes nothing. Both containers
     * need it: also to read an image from storage buildah enters the namespace.
     */
    private static SecurityContext rights() {
        return new SecurityContextBuilder()
                .withPrivileged(false)
                .withAllowPrivilegeEscalation(false)
                .withRunAsUser(0L)
                .withNewCapabilities()
                .withDrop("ALL")
                .withAdd("SETUID", "SETGID", "SETFCAP")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("Unconfined")
                .endSeccompProfile()
                .withNewAppArmorProfile()
                .withType("Unconfined")
                .endAppArmorProfile()
                .build();
    }

    private static VolumeMount mount(String volume, String path, boolean readOnly) {
        return new VolumeMountBuilder().withName(volume).withMountPath(path).withReadOnly(readOnly).build();
    }

    private static Volume secret(String volume, String secret) {
        return new VolumeBuilder().withName(volume).withNewSecret().withSecretName(secret).endSecret().build();
    }

    private static Volume optionalSecret(String volume, String secret) {
        return new VolumeBuilder().withName(volume).withNewSecret().withSecretName(secret).withOptional(true).endSecret().build();
    }

    private static Volume optionalConfigMap(String volume, String configMap) {
        return new VolumeBuilder().withName(volume).withNewConfigMap().withName(configMap).withOptional(true).endConfigMap().build();
    }

    private static Volume claim(String volume, String claim) {
        return new VolumeBuilder().withName(volume).withNewPersistentVolumeClaim().withClaimName(claim).endPersistentVolumeClaim().build();
    }

    private static Volume empty(String volume) {
        return new VolumeBuilder().withName(volume).withNewEmptyDir().endEmptyDir().build();
    }

    /** The pool's own word, where there is one, in place of the installation's. */
    private static Map<String, String> over(Map<String, String> usual, Map<String, String> wished) {
        var both = new TreeMap<>(usual);
        both.putAll(wished);
        return both;
    }

    private static Toleration toleration(BuildSpec.Toleration wished) {
        return new TolerationBuilder()
                .withKey(wished.key())
                .withOperator(wished.operator())
                .withValue(wished.value())
                .withEffect(wished.effect())
                .withTolerationSeconds(wished.seconds().map(Integer::longValue).orElse(null))
                .build();
    }

    private static Map<String, Quantity> quantities(Map<String, String> texts) {
        return texts.entrySet().stream().collect(Collectors.toMap(
                Map.Entry::getKey, entry -> new Quantity(entry.getValue()), (one, two) -> one, TreeMap::new));
    }
}
