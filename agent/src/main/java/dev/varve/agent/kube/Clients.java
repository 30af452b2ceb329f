package dev.varve.agent.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;

/** Makes the client as light as it gets (reference: java.md section 2). */
public final class Clients {
    private Clients() {}

    /** @param certificate file that the client's certificate was read from; empty where the kubeconfig has it within */
    public record Connected(KubernetesClient client, Optional<Path> certificate) {}

    /**
     * @param kubeconfig the kubelet's, as a rule; without it the pod's own service account
     * @throws io.fabric8.kubernetes.client.KubernetesClientException where it names what is not there or cannot be used
     */
    public static Connected connect(Optional<File> kubeconfig) {
        Config found = kubeconfig.map(Config::fromKubeconfig).orElseGet(() -> Config.autoConfigure(null));
        Optional<Path> certificate = Optional.ofNullable(found.getClientCertFile()).filter(file -> !file.isEmpty()).map(Path::of);
        Config config = new ConfigBuilder(ClientCertificate.inParts(found)).withOnlyHttpWatches(true).build();
        return new Connected(client(config), certificate);
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                // No scan of the class path: it would load every model class there is.
                .withKubernetesSerialization(new KubernetesSerialization(new ObjectMapper(), false))
                .build();
    }
}
