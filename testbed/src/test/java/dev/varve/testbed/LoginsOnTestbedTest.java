package dev.varve.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.quickstart.Guide;
import dev.varve.sandbox.scenario.BuildScenario;
import dev.varve.testbed.state.Home;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a build knows to pull and to push is in Secrets, and nowhere else that anybody could look. */
@TestbedScenario
class LoginsOnTestbedTest extends BuildScenario {
    private final Home home = Home.of(Integer.getInteger(TestbedScenario.INDEX));
    @TempDir
    Path directory;

    @Override
    protected Cluster open() {
        return Testbed.attach(home.index());
    }

    @Test
    void aLoginIsInNoProcessArgumentLogObjectOrImage() throws Exception {
        String planted = UUID.randomUUID().toString();
        String pull = auth(Guide.PASSWORD);
        Pullspec built;
        try (var arguments = new ProcessArguments(List.of(planted, auth(planted), pull))) {
            pushWith(planted);
            apply(Guide.machineOSConfig(unheardOf(WORKS)));
            assertThat(failed()).contains("container image-push", "mend the push secret");
            assertThat(said() + objects()).contains("authentication required").doesNotContain(planted, auth(planted), pull);

            pushWith(Guide.PASSWORD);
            built = succeeded();
            assertThat(arguments.seen()).as("buildah and skopeo were looked at").contains("buildah", "skopeo");
            assertThat(arguments.found()).isEmpty();
        }
        Pulled image = new Pulled(home, directory.resolve("image"), built);
        assertThat(image.filesWith(pull)).isZero();
        assertThat(image.filesWith("ostree container commit")).as("the history is looked through").isPositive();
    }

    private static String auth(String password) {
        return Base64.getEncoder().encodeToString((Guide.USER + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Logs of both containers of all build pods. */
    private String said() {
        var logs = new StringBuilder();
        for (Pod pod : pods()) {
            pod.getSpec().getContainers().forEach(container -> logs.append(cluster.client().pods().resource(pod).inContainer(container.getName()).getLog()));
        }
        return logs.toString();
    }

    private String objects() {
        var client = cluster.client();
        var all = new ArrayList<HasMetadata>(pods());
        all.addAll(client.configMaps().inAnyNamespace().list().getItems());
        all.addAll(client.v1().events().inAnyNamespace().list().getItems());
        all.addAll(client.nodes().list().getItems());
        List.of(Guide.POOLS, Guide.CONFIGS, Guide.BUILDS).forEach(kind -> all.addAll(client.genericKubernetesResources(kind).list().getItems()));
        return Serialization.asJson(all);
    }
}
