package dev.varve.controller.kube.build;

import java.util.Map;

/**
 * How build pods look.
 *
 * @param image with a shell, tar and buildah in it
 * @param architecture of the nodes, in the registry's word
 * @param storageDriver of buildah: {@code vfs} works everywhere, {@code overlay} needs far less disk
 * @param requests of the container that builds, by resource
 * @param limits likewise; a build without a limit on ephemeral storage can fill its node
 * @param nodeSelector labels of the nodes that may build
 * @param proxy variables of the build pod by which it leaves the cluster, such as {@code HTTPS_PROXY}
 */
public record BuilderSettings(
        String image,
        String architecture,
        String storageDriver,
        Map<String, String> requests,
        Map<String, String> limits,
        Map<String, String> nodeSelector,
        Map<String, String> proxy) {

    public static final BuilderSettings DEFAULT = new BuilderSettings(
            "quay.io/buildah/stable:v1.41",
            "amd64",
            "vfs",
            Map.of("cpu", "500m", "memory", "1Gi", "ephemeral-storage", "20Gi"),
            Map.of("memory", "4Gi", "ephemeral-storage", "60Gi"),
            Map.of("kubernetes.io/os", "linux", "kubernetes.io/arch", "amd64"),
            Map.of());

    public BuilderSettings {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
        nodeSelector = Map.copyOf(nodeSelector);
        proxy = Map.copyOf(proxy);
    }

    public BuilderSettings withImage(String other) {
        return new BuilderSettings(other, architecture, storageDriver, requests, limits, nodeSelector, proxy);
    }
}
