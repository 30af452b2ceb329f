package dev.varve.sandbox.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodLogTest {

    @Test
    void theOutputOfAContainerComesFromWhoeverRunsIt() {
        try (ApiServer server = ApiServer.start(0, List.of());
                KubernetesClient client = new KubernetesClientBuilder()
                        .withConfig(new ConfigBuilder(Config.empty()).withMasterUrl(server.url().toString()).build())
                        .build()) {
            server.logsFrom((namespace, pod, container) -> namespace + "/" + pod + "/" + container + "\nsecond\nthird\n");
            client.pods().inNamespace("default").resource(new PodBuilder()
                    .withNewMetadata().withName("p").withNamespace("default").endMetadata()
                    .withNewSpec()
                    .addNewContainer().withName("first").withImage("i").endContainer()
                    .addNewContainer().withName("other").withImage("i").endContainer()
                    .endSpec()
                    .build()).create();
            assertThat(client.raw("/api/v1/namespaces/default/pods/p/log")).isEqualTo("default/p/first\nsecond\nthird\n");
            assertThat(client.raw("/api/v1/namespaces/default/pods/p/log?container=other&tailLines=2")).isEqualTo("second\nthird\n");
        }
    }
}
