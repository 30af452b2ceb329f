package dev.varve.sandbox.kubelet;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.registry.AuthFile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What the containers of a build pod find in their mounts and in their environment. */
final class BuildPodInputs {
    static final String BUILD = "image-build";
    static final String PUSH = "image-push";
    /** Variable with the pullspec to push to. */
    static final String TAG = "TAG";
    /** Variable with the hash of all that the image is built from. */
    private static final String INPUTS = "INPUTS";

    private static final List<String> CREDENTIAL_KEYS = List.of(".dockerconfigjson", ".dockercfg", "config.json");

    private final KubernetesClient client;
    private final Pod pod;

    BuildPodInputs(KubernetesClient client, Pod pod) {
        this.client = client;
        this.pod = pod;
    }

    static boolean isBuildPod(Pod pod) {
        Set<String> names = Set.of(BUILD, PUSH);
        return pod.getSpec().getContainers().stream().filter(container -> names.contains(container.getName())).count() == names.size();
    }

    /** @throws IllegalArgumentException where no mounted Secret has a tar in it */
    byte[] context() {
        return files(BUILD).entrySet().stream()
                .filter(file -> file.getKey().endsWith(".tar"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no build context (*.tar) in the Secrets of container " + BUILD));
    }

    /** All credentials that this container, and not the other, is given. */
    AuthFile auth(String container) {
        AuthFile auth = AuthFile.EMPTY;
        for (Map.Entry<String, byte[]> file : files(container).entrySet()) {
            if (CREDENTIAL_KEYS.contains(file.getKey())) {
                auth = auth.with(AuthFile.parse(new String(file.getValue(), StandardCharsets.UTF_8)));
            }
        }
        return auth;
    }

    Pullspec target() {
        return variable(PUSH, TAG).map(Pullspec::parse)
                .orElseThrow(() -> new IllegalArgumentException("container " + PUSH + " has no variable " + TAG));
    }

    /** What the build script has buildah label the image with. */
    Map<String, String> labels() {
        return variable(BUILD, INPUTS).map(hash -> Map.of(Keys.INPUTS_LABEL, hash)).orElse(Map.of());
    }

    private Optional<String> variable(String container, String name) {
        return container(container).getEnv().stream().filter(variable -> variable.getName().equals(name)).map(EnvVar::getValue).findFirst();
    }

    /** Files of the Secrets mounted in a container, by their names. */
    private Map<String, byte[]> files(String container) {
        var files = new LinkedHashMap<String, byte[]>();
        for (VolumeMount mount : container(container).getVolumeMounts()) {
            pod.getSpec().getVolumes().stream()
                    .filter(volume -> volume.getName().equals(mount.getName()) && volume.getSecret() != null)
                    .forEach(volume -> data(volume).forEach((key, value) -> files.put(key, Base64.getDecoder().decode(value))));
        }
        return files;
    }

    private Map<String, String> data(Volume volume) {
        String name = volume.getSecret().getSecretName();
        Secret secret = client.secrets().inNamespace(pod.getMetadata().getNamespace()).withName(name).get();
        if (secret == null && Boolean.TRUE.equals(volume.getSecret().getOptional())) {
            return Map.of();
        }
        if (secret == null || secret.getData() == null) {
            throw new IllegalArgumentException("Secret " + name + " of volume " + volume.getName() + " is not there or empty");
        }
        return secret.getData();
    }

    private Container container(String name) {
        return Objects.requireNonNull(
                pod.getSpec().getContainers().stream().filter(container -> container.getName().equals(name)).findFirst().orElse(null),
                "not a build pod");
    }
}
