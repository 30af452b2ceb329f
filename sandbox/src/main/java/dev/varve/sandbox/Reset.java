package dev.varve.sandbox;

import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a cluster back to before the guide by the API alone, as its user would: the nodes leave the pool, Varve takes them
 * back to what they were installed with, and what the guide created is deleted. The machines must be on.
 */
public final class Reset {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final Cluster cluster;
    private final KubernetesClient client;

    public Reset(Cluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
    }

    /** @throws SandboxException where it does not get there */
    public void run() {
        deleteService();
        if (client.genericKubernetesResources(Guide.POOLS).withName(Guide.POOL).get() != null) {
            letNodesLeaveTogether();
        }
        Map<String, Pullspec> origins = origins();
        cluster.machines().forEach(this::unlabel);
        cluster.machines().forEach(node -> awaitGone(node, origins.get(node)));
        deleteGuide();
        cluster.machines().forEach(this::uncordon);
    }

    private void deleteService() {
        client.policy().v1().podDisruptionBudget().inNamespace(Guide.SERVICE_NAMESPACE).withName(Guide.SERVICE).delete();
        client.apps().deployments().inNamespace(Guide.SERVICE_NAMESPACE).withName(Guide.SERVICE).delete();
    }

    /** Nothing here serves anybody any more: no need to go one by one, or to look at each for long. */
    private void letNodesLeaveTogether() {
        // Replaced, not merged: whatever a scenario has set goes.
        Guide.objects(client, "policy.yaml").forEach(policy -> client.resource(policy).createOr(NonDeletingOperation::update));
        client.genericKubernetesResources(Guide.POOLS).withName(Guide.POOL)
                .patch(MERGE, "{\"spec\":{\"paused\":false,\"maxUnavailable\":\"100%\"}}");
    }

    /** What each machine goes back to; none for one that Varve has not touched. */
    private Map<String, Pullspec> origins() {
        var origins = new HashMap<String, Pullspec>();
        for (String name : cluster.machines()) {
            // A machine that has only just come up may not be registered yet.
            Node known = node(name).waitUntilCondition(Objects::nonNull, cluster.patience().toMillis(), TimeUnit.MILLISECONDS);
            String origin = Traces.on(known).get(Keys.ORIGIN_IMAGE);
            if (origin != null) {
                origins.put(name, Pullspec.parse(origin));
            }
        }
        return origins;
    }

    private void unlabel(String name) {
        node(name).patch(MERGE, "{\"metadata\":{\"labels\":{\"" + Guide.POOL_LABEL + "\":null}}}");
    }

    private void awaitGone(String name, @Nullable Pullspec origin) {
        Duration deadline = cluster.patience().multipliedBy(cluster.machines().size());
        try {
            node(name).waitUntilCondition(n -> n != null && isClean(n), deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KubernetesClientTimeoutException late) {
            throw new SandboxException("node " + name + " was not back to before the guide in " + deadline.toSeconds() + " s: "
                    + Traces.on(node(name).get()), late);
        }
        Pullspec booted = cluster.bootedImage(name).orElse(null);
        if (origin != null && !origin.equals(booted)) {
            throw new SandboxException("node " + name + " has left its pool but is booted into " + booted + ", want " + origin);
        }
    }

    private static boolean isClean(Node node) {
        return Traces.on(node).isEmpty() && node.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private void deleteGuide() {
        deleteAll(Guide.CONFIGS);
        deleteAll(Guide.BUILDS);
        delete(Guide.POLICIES, Guide.POOL);
        delete(Guide.POOLS, Guide.POOL);
        List.of(Guide.PULL_SECRET, Guide.PUSH_SECRET)
                .forEach(name -> client.secrets().inNamespace(Guide.NAMESPACE).withName(name).delete());
        awaitNone("pods of the service", client.pods().inNamespace(Guide.SERVICE_NAMESPACE).withLabel("app", Guide.SERVICE)
                .informOnCondition(List::isEmpty));
        awaitNone("DaemonSet of agents", client.apps().daemonSets().inNamespace(Guide.NAMESPACE)
                .withField("metadata.name", Names.agentDaemonSet(Guide.POOL)).informOnCondition(List::isEmpty));
    }

    private void deleteAll(ResourceDefinitionContext kind) {
        var names = new ArrayList<String>();
        client.genericKubernetesResources(kind).list().getItems().forEach(object -> names.add(object.getMetadata().getName()));
        names.forEach(name -> delete(kind, name));
    }

    private void delete(ResourceDefinitionContext kind, String name) {
        Resource<GenericKubernetesResource> object = client.genericKubernetesResources(kind).withName(name);
        object.delete();
        object.waitUntilCondition(Objects::isNull, cluster.patience().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void awaitNone(String what, CompletableFuture<?> none) {
        try {
            none.get(cluster.patience().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException late) {
            throw new SandboxException("the " + what + " of the guide did not go away in " + cluster.patience().toSeconds() + " s", late);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted while the " + what + " of the guide goes away", hurried);
        }
    }

    private void uncordon(String name) {
        if (Boolean.TRUE.equals(node(name).get().getSpec().getUnschedulable())) {
            node(name).patch(MERGE, "{\"spec\":{\"unschedulable\":false}}");
        }
    }

    private Resource<Node> node(String name) {
        return client.nodes().withName(name);
    }
}
