package dev.varve.controller;

import dev.varve.contract.Keys;
import dev.varve.controller.kube.build.BuilderSettings;
import dev.varve.controller.kube.leader.LeaseTimes;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * What a controller is told when it starts.
 *
 * @param namespace of build pods, agents, secrets and the lease
 * @param agentImage that the DaemonSets run
 * @param builder how the build pods look
 * @param kubeletKubeconfig path of the kubelet's kubeconfig on the nodes
 * @param registryAliases where registries are really reached, by the host that pullspecs name
 * @param registryTrust certificate authorities that registries may be signed by, beside the usual ones
 * @param httpHost address to listen on
 * @param httpPort 0 takes a free one
 * @param identity of this process in the lease; no other may have the same
 */
public record ControllerConfig(
        String namespace,
        String agentImage,
        BuilderSettings builder,
        String kubeletKubeconfig,
        Map<String, URI> registryAliases,
        List<X509Certificate> registryTrust,
        String httpHost,
        int httpPort,
        String identity,
        LeaseTimes leaseTimes) {

    public static final String DEFAULT_HTTP_HOST = "127.0.0.1";
    public static final int DEFAULT_HTTP_PORT = 8080;
    /** Where OpenShift's kubelets have it. */
    public static final String DEFAULT_KUBECONFIG = "/var/lib/kubelet/kubeconfig";

    public ControllerConfig {
        registryAliases = Map.copyOf(registryAliases);
        registryTrust = List.copyOf(registryTrust);
    }

    /** Everything by default but what has none; any free port. */
    public static ControllerConfig of(String agentImage, String builderImage, String identity) {
        return new ControllerConfig(
                Keys.DEFAULT_NAMESPACE, agentImage, BuilderSettings.DEFAULT.withImage(builderImage), DEFAULT_KUBECONFIG, Map.of(), List.of(),
                DEFAULT_HTTP_HOST, 0, identity, LeaseTimes.DEFAULT);
    }

    public ControllerConfig withRegistryAliases(Map<String, URI> aliases) {
        return new ControllerConfig(
                namespace, agentImage, builder, kubeletKubeconfig, aliases, registryTrust, httpHost, httpPort, identity, leaseTimes);
    }
}
