package dev.varve.agent.kube;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.File;
import java.util.Optional;

/** Makes the client as light as it gets (reference: java.md section 2). */
public final class Clients {
    private Clients() {}

    /** @param kubeconfig the kubelet's, as a rule; without it the pod's own service account */
    public static KubernetesClient connect(Optional<File> kubeconfig) {
        Config found = kubeconfig.map(Config::fromKubeconfig).orElseGet(() -> Config.autoConfigure(null));
        Config config = new ConfigBuilder(found).withOnlyHttpWatches(true).build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                // No scan of the class path: it would load every model class there is.
                .withKubernetesSerialization(new KubernetesSerialization(new ObjectMapper(), false))
                .build();
    }
}
