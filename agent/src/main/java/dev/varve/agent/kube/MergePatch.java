package dev.varve.agent.kube;

import dev.varve.agent.cluster.ClusterException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A merge patch of the Node in one request. The client's own {@code patch(context, text)} reads the object first, which
 * doubles the requests and hides a conflict.
 */
final class MergePatch {
    private final KubernetesClient client;
    private final String name;

    MergePatch(KubernetesClient client, String name) {
        this.client = client;
        this.name = name;
    }

    Node send(String json) {
        String operation = "patch node " + name;
        String master = client.getMasterUrl().toString();
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(master + (master.endsWith("/") ? "" : "/") + "api/v1/nodes/" + name)
                .patch("application/merge-patch+json", json)
                .build();
        HttpResponse<String> answer = answer(operation, client.getHttpClient().sendAsync(request, String.class));
        if (!answer.isSuccessful()) {
            throw new ClusterException(operation, answer.code(), new IOException(answer.code() + " " + answer.body()));
        }
        return client.getKubernetesSerialization().unmarshal(answer.body(), Node.class);
    }

    private HttpResponse<String> answer(String operation, CompletableFuture<HttpResponse<String>> sent) {
        try {
            // The HTTP client has its own, shorter time limit; this one only makes sure that we ever come back.
            return sent.get(2L * client.getConfiguration().getRequestTimeout() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new ClusterException(operation, 0, failed.getCause() == null ? failed : failed.getCause());
        } catch (TimeoutException silent) {
            throw new ClusterException(operation, 0, silent);
        } catch (InterruptedException ended) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new ClusterException(operation, 0, ended);
        }
    }
}
