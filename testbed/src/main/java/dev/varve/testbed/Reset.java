package dev.varve.testbed;

import static dev.varve.sandbox.quickstart.Guide.NAMESPACE;

import dev.varve.contract.Durations;
import dev.varve.contract.Keys;
import dev.varve.sandbox.quickstart.Guide;
import dev.varve.testbed.build.Sources;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.host.Waiting;
import dev.varve.testbed.node.Machines;
import dev.varve.testbed.state.Facts;
import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Parts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Back to before the guide. Machines that anything has happened to are installed anew, as an administrator would with one
 * that he no longer trusts: that ends well whatever state a scenario left behind.
 */
final class Reset {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final Home home;
    private final Facts facts;
    private final Machines machines;

    Reset(KubernetesClient client, Home home, Facts facts, Machines machines) {
        this.client = client;
        this.home = home;
        this.facts = facts;
        this.machines = machines;
    }

    void toFactory() {
        client.namespaces().withName("shop").delete();
        for (ResourceDefinitionContext kind : List.of(Guide.CONFIGS, Guide.BUILDS, Guide.POLICIES)) {
            client.genericKubernetesResources(kind).delete();
        }
        client.genericKubernetesResources(Guide.POOLS).withName(Guide.POOL).delete();
        List<String> used = facts.machines().stream().filter(this::isUsed).toList();
        used.forEach(node -> client.nodes().withName(node).delete());
        List.of(Guide.PULL_SECRET, Guide.PUSH_SECRET).forEach(name -> client.secrets().inNamespace(NAMESPACE).withName(name).delete());
        Together.run(used.stream().<Runnable>map(node -> () -> reinstall(node)).toList());
        List<String> fleet = facts.fleet().stream().filter(this::isUsed).toList();
        if (!fleet.isEmpty()) {
            fleet.forEach(node -> client.nodes().withName(node).delete());
            new Fleet(home, new Parts(home)).reinstall(facts.fleet(), facts.base());
            fleet.forEach(node -> client.resource(FleetNode.of(node)).create());
        }
        if (!Waiting.until(this::nothingLeft, PATIENCE)) {
            throw new TestbedException("something of the guide is still there " + Durations.text(PATIENCE) + " after its deletion");
        }
    }

    /** Where the deletion of its Node object comes before the reinstallation, so that nothing of it is taken over. */
    private void reinstall(String node) {
        machines.destroy(node);
        machines.create(node, facts.machines().indexOf(node), facts.tree(), facts.base());
        client.nodes().withName(node).delete();
        machines.start(node);
        machines.await(node);
        try (Installation installation = new Installation(home, Sources.launched(), facts.kubernetes())) {
            installation.ready(List.of(node));
        }
    }

    private boolean isUsed(String name) {
        Node node = client.nodes().withName(name).get();
        if (node == null || Boolean.TRUE.equals(node.getSpec().getUnschedulable()) || !Installation.isReady(node)) {
            return true;
        }
        return hasOwn(node.getMetadata().getAnnotations()) || hasOwn(node.getMetadata().getLabels())
                || node.getMetadata().getLabels().containsKey(Guide.POOL_LABEL);
    }

    private static boolean hasOwn(Map<String, String> entries) {
        return entries.keySet().stream().anyMatch(key -> key.startsWith(Keys.OWN_GROUP + "/") || key.startsWith("machineconfiguration.openshift.io/"));
    }

    private boolean nothingLeft() {
        return client.namespaces().withName("shop").get() == null
                && client.genericKubernetesResources(Guide.CONFIGS).list().getItems().isEmpty()
                && client.genericKubernetesResources(Guide.BUILDS).list().getItems().isEmpty()
                && client.genericKubernetesResources(Guide.POOLS).withName(Guide.POOL).get() == null
                && client.pods().inNamespace(NAMESPACE).withLabel("app.kubernetes.io/name", "varve-agent").list().getItems().isEmpty();
    }
}
