package dev.varve.controller.kube.rollout;

import dev.varve.controller.kube.KubeException;
import dev.varve.controller.kube.SlimNode;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** Nodes at the API server itself, past every cache. */
public final class KubeNodes implements NodeWriter {
    private static final PatchContext MERGE =
            new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();
    /** Nodes in one answer: some 10 MiB of JSON at the most. */
    private static final long PAGE = 500;

    private final KubernetesClient client;

    public KubeNodes(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public Node patch(String name, String mergePatch) {
        try {
            return client.nodes().withName(name).patch(MERGE, mergePatch);
        } catch (KubernetesClientException failed) {
            throw new KubeException("patch of node " + name, failed);
        }
    }

    /**
     * Reads every node from etcd. A new leader does this before it decides anything: its informer may not yet have heard of
     * what the old one granted last.
     */
    public void readAll(FreshNodes fresh) {
        String next = "";
        do {
            NodeList page = page(next);
            page.getItems().forEach(node -> fresh.remember(SlimNode.of(node)));
            next = page.getMetadata().getContinue() == null ? "" : page.getMetadata().getContinue();
        } while (!next.isEmpty());
    }

    private NodeList page(String next) {
        try {
            return client.nodes().list(new ListOptionsBuilder()
                    .withLimit(PAGE)
                    .withContinue(next.isEmpty() ? null : next)
                    .build());
        } catch (KubernetesClientException failed) {
            throw new KubeException("list of nodes", failed);
        }
    }
}
