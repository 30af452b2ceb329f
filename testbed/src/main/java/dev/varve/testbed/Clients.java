package dev.varve.testbed;

import dev.varve.testbed.state.Home;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;

/** Clients of the testbed's API server. */
final class Clients {
    private Clients() {}

    static KubernetesClient administrator(Home home) {
        return of(home.kubeconfig());
    }

    /** With what a kubelet has. */
    static KubernetesClient node(Home home, String node) {
        return of(home.pki("node-" + node + ".kubeconfig"));
    }

    private static KubernetesClient of(Path kubeconfig) {
        Config config = new ConfigBuilder(Config.fromKubeconfig(kubeconfig.toFile())).withOnlyHttpWatches(true).build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
