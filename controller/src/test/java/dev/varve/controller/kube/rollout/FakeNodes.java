package dev.varve.controller.kube.rollout;

import dev.varve.contract.Tree;
import dev.varve.controller.kube.JacksonJson;
import dev.varve.controller.kube.KubeException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes as an API server keeps them: merge patches, resource versions, conflicts. */
final class FakeNodes implements NodeWriter {
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    final List<String> patches = new ArrayList<>();
    private final JacksonJson json = new JacksonJson();
    private long version = 1_000;

    void put(Node node) {
        nodes.put(node.getMetadata().getName(), node);
    }

    Node get(String name) {
        return nodes.get(name);
    }

    /** As some other client changes it. */
    void annotate(String name, Map<String, String> annotations) {
        put(new NodeBuilder(nodes.get(name))
                .editMetadata()
                .addToAnnotations(annotations)
                .withResourceVersion(String.valueOf(++version))
                .endMetadata()
                .build());
    }

    @Override
    public Node patch(String name, String mergePatch) {
        Node node = nodes.get(name);
        if (node == null) {
            throw failure(404, "nodes \"" + name + "\" not found");
        }
        Tree patch = Tree.root(json.read(mergePatch));
        Tree metadata = patch.at("metadata");
        if (!metadata.at("resourceVersion").string("").equals(node.getMetadata().getResourceVersion())) {
            throw failure(409, "the object has been modified");
        }
        patches.add(mergePatch);
        List<Taint> taints = patch.at("spec").at("taints").list().stream()
                .map(t -> new Taint(t.at("effect").string(""), t.at("key").string(""), null, null))
                .toList();
        var builder = new NodeBuilder(node)
                .editMetadata()
                .withAnnotations(merged(node.getMetadata().getAnnotations(), metadata.at("annotations")))
                .withLabels(merged(node.getMetadata().getLabels(), metadata.at("labels")))
                .withResourceVersion(String.valueOf(++version))
                .endMetadata();
        Node changed = patch.at("spec").at("taints").present()
                ? builder.editSpec().withTaints(taints).endSpec().build()
                : builder.build();
        put(changed);
        return changed;
    }

    private static Map<String, String> merged(Map<String, String> before, Tree patch) {
        Map<String, String> after = new HashMap<>(before == null ? Map.of() : before);
        patch.map().forEach((key, value) -> {
            if (value == null) {
                after.remove(key);
            } else {
                after.put(key, value.toString());
            }
        });
        return after;
    }

    static KubeException failure(int code, String message) {
        return new KubeException(
                "patch", new KubernetesClientException(message, code, new StatusBuilder().withMessage(message).build()));
    }
}
