package dev.varve.sandbox.api;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.List;

/**
 * What the contract is tried on: the sandbox's server, or with {@code -Dvarve.contract.kubeconfig=<file>} any real one (with
 * its kube-controller-manager's garbage collector, without the controllers that write what these tests write or count:
 * {@code --controllers=*,-disruption-controller,-node-lifecycle-controller,-ttl-controller}).
 */
interface ContractServer extends AutoCloseable {

    KubernetesClient client();

    @Override
    void close();

    static ContractServer start() {
        String kubeconfig = System.getProperty("varve.contract.kubeconfig");
        if (kubeconfig == null) {
            ApiServer server = ApiServer.start(0, List.of());
            return of(new ConfigBuilder(Config.empty()).withMasterUrl(server.url().toString()).build(), server::close);
        }
        return of(Config.fromKubeconfig(Path.of(kubeconfig).toFile()), () -> {});
    }

    /** No retries: the answers themselves are what is looked at. */
    private static ContractServer of(Config config, Runnable stop) {
        Config http = new ConfigBuilder(config).withOnlyHttpWatches(true).withRequestRetryBackoffLimit(0).build();
        KubernetesClient client = new KubernetesClientBuilder().withConfig(http).build();
        return new ContractServer() {
            @Override
            public KubernetesClient client() {
                return client;
            }

            @Override
            public void close() {
                client.close();
                stop.run();
            }
        };
    }
}
