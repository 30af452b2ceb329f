package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide by the real kubectl that {@code -Dvarve.kubectl=<binary>} names, on any cluster. */
public abstract class KubectlScenario extends ClusterScenario {
    private static final String ANNOTATION = "jsonpath={.metadata.annotations.machineconfiguration\\.openshift\\.io/";

    @TempDir
    private Path directory;

    @BeforeEach
    void start() {
        assumeTrue(System.getProperty("varve.kubectl") != null, "no -Dvarve.kubectl");
        begin();
    }

    @AfterEach
    void stop() throws Exception {
        end();
    }

    @Test
    void theGuideWorksByItsOwnCommands() throws Exception {
        String node = cluster.machines().get(1);
        kubectl("create", "secret", "docker-registry", Guide.PULL_SECRET, "-n", Guide.NAMESPACE, "--docker-server=" + Guide.BASE_HOST,
                "--docker-username=" + Guide.USER, "--docker-password=" + Guide.PASSWORD);
        kubectl("create", "secret", "docker-registry", Guide.PUSH_SECRET, "-n", Guide.NAMESPACE, "--docker-server=" + Guide.PUSH_HOST,
                "--docker-username=" + Guide.USER, "--docker-password=" + Guide.PASSWORD);
        kubectl("create", "-f", file("pool.yaml"));
        kubectl("apply", "-f", file("policy.yaml"));
        kubectl("apply", "-f", file("machineosconfig.yaml"));
        kubectl("wait", "--timeout=" + cluster.patience().toSeconds() + "s", "--for=condition=Built", "machineosconfig/layered");

        assertThat(kubectl("get", "nodes").lines().map(line -> line.split(" ")[0])).startsWith("NAME").containsAll(cluster.machines());
        assertThat(kubectl("get", "machineosbuilds").lines().map(line -> line.replaceAll(" +", " ").strip())).satisfiesExactly(
                head -> assertThat(head).isEqualTo("NAME PREPARED BUILDING SUCCEEDED INTERRUPTED FAILED"),
                row -> assertThat(row).matches("layered-rendered-layered-[0-9a-f]{32}-[0-9a-f]{8}-builder False False True False False"));

        Pullspec image = Pullspec.parse(kubectl("get", "machineosconfig/layered", "-o", "jsonpath={.status.currentImagePullspec}").strip());
        kubectl("label", "node/" + node, Guide.POOL_LABEL + "=");
        assertThat(kubectl("wait", "--timeout=" + cluster.patience().toSeconds() + "s", "--for=" + ANNOTATION + "currentImage}=" + image, "--for=" + ANNOTATION + "state}=Done", "node/" + node))
                .contains("node/" + node + " condition met");
        assertThat(cluster.bootedImage(node)).hasValue(image);
        assertThat(kubectl("describe", "node", node)).contains("NodeDone").contains("varve.dev/origin-image");
        assertThat(kubectl("annotate", "node", node, "example.com/note=seen")).contains("annotated");
    }

    private String file(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(Guide.class.getResourceAsStream("/guide/" + resource))) {
            return Files.write(directory.resolve(resource), in.readAllBytes()).toString();
        }
    }

    private String kubectl(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(System.getProperty("varve.kubectl")));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
        builder.environment().put("HOME", directory.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2 * cluster.patience().toSeconds(), TimeUnit.SECONDS)).as("kubectl ended: %s", output).isTrue();
        assertThat(process.exitValue()).as("kubectl %s: %s", List.of(arguments), output).isZero();
        return output;
    }
}
