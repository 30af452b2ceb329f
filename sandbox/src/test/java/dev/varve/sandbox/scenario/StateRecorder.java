package dev.varve.sandbox.scenario;

import dev.varve.contract.Keys;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Collection;
import java.util.Map;

/** Keeps every value of {@code M/state} that a watcher of the node sees, together with none where there is none. */
record StateRecorder(Collection<String> states) implements ResourceEventHandler<Node> {

    @Override
    public void onAdd(Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        states.add(annotations == null ? "" : annotations.getOrDefault(Keys.STATE, ""));
    }

    @Override
    public void onUpdate(Node before, Node node) {
        onAdd(node);
    }

    @Override
    public void onDelete(Node node, boolean unknown) {}
}
