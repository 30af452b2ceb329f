package dev.varve.sandbox.quickstart;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Waiting on the API as {@code kubectl wait} does: by watch, with a deadline, and a sentence when it passes. */
final class Waits {
    private final KubernetesClient client;
    private final Duration deadline;

    Waits(KubernetesClient client, Duration deadline) {
        this.client = client;
        this.deadline = deadline;
    }

    Node node(String name, String what, Predicate<Node> condition) {
        try {
            return client.nodes().withName(name)
                    .waitUntilCondition(n -> n != null && condition.test(n), deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KubernetesClientTimeoutException late) {
            throw new WalkthroughException("node " + name + " did not get to \"" + what + "\" in " + deadline.toSeconds() + " s", late);
        }
    }

    GenericKubernetesResource object(
            ResourceDefinitionContext kind, String name, String what, Predicate<GenericKubernetesResource> condition) {
        try {
            return client.genericKubernetesResources(kind).withName(name)
                    .waitUntilCondition(o -> o != null && condition.test(o), deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KubernetesClientTimeoutException late) {
            throw new WalkthroughException(
                    kind.getKind() + " " + name + " did not get to \"" + what + "\" in " + deadline.toSeconds() + " s", late);
        }
    }

    void deploymentReady(String namespace, String name, int replicas) {
        try {
            client.apps().deployments().inNamespace(namespace).withName(name).waitUntilCondition(
                    d -> d != null && d.getStatus() != null && Integer.valueOf(replicas).equals(d.getStatus().getReadyReplicas()),
                    deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KubernetesClientTimeoutException late) {
            throw new WalkthroughException("deployment " + namespace + "/" + name + " had no " + replicas + " ready replicas in "
                    + deadline.toSeconds() + " s", late);
        }
    }

    /** Ends when no pod with that label is on the node. */
    void noPod(String node, String namespace, String label, String value) {
        String pods = "pods of " + value + " on node " + node;
        try {
            client.pods().inNamespace(namespace).withLabel(label, value).withField("spec.nodeName", node)
                    .informOnCondition(List::isEmpty).get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException late) {
            throw new WalkthroughException(pods + " did not go in " + deadline.toSeconds() + " s", late);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new WalkthroughException("interrupted while waiting for " + pods + " to go", hurried);
        }
    }

    /** {@code True}, {@code False} or empty, as in the printer columns. */
    static String condition(GenericKubernetesResource object, String type) {
        return field(object, type, "status");
    }

    static String message(GenericKubernetesResource object, String type) {
        return field(object, type, "message");
    }

    /** A string at a path, or empty. */
    static String text(GenericKubernetesResource object, String... path) {
        Object value = object.get((Object[]) path);
        return value == null ? "" : String.valueOf(value);
    }

    private static String field(GenericKubernetesResource object, String type, String field) {
        if (object.get("status", "conditions") instanceof List<?> conditions) {
            for (Object entry : conditions) {
                if (entry instanceof Map<?, ?> condition && type.equals(condition.get("type"))) {
                    return String.valueOf(condition.get(field));
                }
            }
        }
        return "";
    }
}
