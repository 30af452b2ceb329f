package dev.varve.testbed;

import static dev.varve.sandbox.quickstart.Guide.NAMESPACE;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import dev.varve.testbed.build.Sources;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.state.Home;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What an administrator does to a fresh cluster before the guide begins. */
final class Installation implements AutoCloseable {
    private static final Duration NODES = Duration.ofMinutes(2);
    /** No precondition: the kubelet writes its own Node all the time. */
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final String WORKER = "node-role.kubernetes.io/worker";

    private final Home home;
    private final Sources sources;
    private final Path kubectl;
    private final KubernetesClient client;

    Installation(Home home, Sources sources, Path kubernetes) {
        this.home = home;
        this.sources = sources;
        this.kubectl = kubernetes.resolve("kubernetes");
        this.client = Clients.administrator(home);
    }

    /** Varve's kinds, rights and controller, by the manifests that are published. */
    void varve() {
        kubectl("apply", "--server-side", "-k", sources.file("deploy/testbed"));
        kubectl("wait", "--timeout=120s", "--for=condition=Available", "-n", NAMESPACE, "deployment/varve-controller");
    }

    /** @param fleet names of nodes that kwok is to play */
    void cluster(Pullspec base, List<String> fleet) {
        kubectl("apply", "--server-side", "-k", sources.file("deploy/crds"));
        kubectl("wait", "--timeout=60s", "--for=condition=Established", "crd", "--all");
        List<HasMetadata> objects = Guide.cluster(client, base);
        Guide.apply(client, objects);
        Guide.apply(client, List.of(new ConfigMapBuilder()
                .withNewMetadata().withName("varve-trust-bundle").withNamespace(NAMESPACE).endMetadata()
                .addToData("ca.crt", authority())
                .build()));
        Guide.apply(client, fleet.stream().map(FleetNode::of).toList());
    }

    /** Ends when they all are; with the label that a worker has. */
    void ready(List<String> nodes) {
        for (String node : nodes) {
            client.nodes().withName(node).waitUntilCondition(Installation::isReady, NODES.toSeconds(), TimeUnit.SECONDS);
            client.nodes().withName(node).patch(MERGE, "{\"metadata\":{\"labels\":{\"" + WORKER + "\":\"\"}}}");
        }
    }

    static boolean isReady(Node node) {
        return node != null && node.getStatus() != null && node.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    }

    private void kubectl(Object... words) {
        Command.of(kubectl, "kubectl", "--kubeconfig", home.kubeconfig()).and(words).within(Duration.ofMinutes(4)).run();
    }

    private String authority() {
        try {
            return Files.readString(home.pki("ca.crt"));
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + home.pki("ca.crt") + ": " + unreadable.getMessage(), unreadable);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
