package dev.varve.controller.kube.rollout;

import dev.varve.contract.Json;
import dev.varve.contract.Keys;
import dev.varve.contract.NodeState;
import dev.varve.controller.decide.rollout.NodeChange;
import dev.varve.controller.decide.rollout.NodeChange.CleanUp;
import dev.varve.controller.decide.rollout.NodeChange.Grant;
import dev.varve.controller.decide.rollout.NodeChange.Label;
import dev.varve.controller.decide.rollout.NodeChange.MarkUpdating;
import dev.varve.controller.decide.rollout.NodeChange.Prefetch;
import dev.varve.controller.decide.rollout.NodeChange.Retarget;
import dev.varve.controller.decide.rollout.NodeChange.SetPolicy;
import dev.varve.controller.decide.rollout.NodeChange.Withdraw;
import dev.varve.controller.decide.rollout.Target;
import dev.varve.controller.kube.Parts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All changes of one turn to one node, as one merge patch that the API server refuses where the node is not the one that
 * was read. What the node has already is left out.
 */
final class NodePatch {
    /** Everything that Varve writes on a node, which goes when the node has left. */
    private static final List<String> OURS = List.of(
            Keys.DESIRED_CONFIG, Keys.DESIRED_IMAGE, Keys.PREFETCH, Keys.KERNEL_ARGUMENTS, Keys.POLICY,
            Keys.CURRENT_CONFIG, Keys.CURRENT_IMAGE, Keys.STATE, Keys.REASON, Keys.STAGED, Keys.PHASE, Keys.PROGRESS,
            Keys.DRAIN, Keys.FAILURE, Keys.REJECTED, Keys.ORIGIN_IMAGE, Keys.ROLLBACK_IMAGE,
            Keys.HELD_CORDON, Keys.BOOT_ID);

    private final Node node;
    private final Json json;
    private final Map<String, @Nullable Object> annotations = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> labels = new LinkedHashMap<>();
    private @Nullable List<Map<String, @Nullable Object>> taints;

    NodePatch(Node node, Json json) {
        this.node = node;
        this.json = json;
    }

    NodePatch add(NodeChange change) {
        switch (change) {
            case Prefetch prefetch -> prefetch(prefetch.target());
            case Retarget retarget -> prefetch(retarget.target());
            case Grant grant -> grant(grant.target());
            case Withdraw ignored -> stay();
            case MarkUpdating mark -> taint(mark.on());
            case Label label -> set(labels, Parts.labels(node), Keys.POOL_LABEL, label.pool());
            case SetPolicy policy -> annotate(Keys.POLICY, json.write(policy.policy().tree()));
            case CleanUp ignored -> cleanUp();
        }
        return this;
    }

    boolean isEmpty() {
        return annotations.isEmpty() && labels.isEmpty() && taints == null;
    }

    String json() {
        var metadata = new LinkedHashMap<String, @Nullable Object>();
        metadata.put("resourceVersion", node.getMetadata().getResourceVersion());
        if (!annotations.isEmpty()) {
            metadata.put("annotations", annotations);
        }
        if (!labels.isEmpty()) {
            metadata.put("labels", labels);
        }
        var patch = new LinkedHashMap<String, @Nullable Object>();
        patch.put("metadata", metadata);
        if (taints != null) {
            patch.put("spec", Map.of("taints", taints));
        }
        return json.write(patch);
    }

    /**
     * An open grant goes as a whole, and is not turned into one of the image that the node completed last: a node that is
     * past recall would take that for leave to go back.
     */
    private void prefetch(Target target) {
        Map<String, String> facts = Parts.annotations(node);
        boolean open = !Objects.equals(facts.get(Keys.DESIRED_IMAGE), facts.get(Keys.CURRENT_IMAGE))
                || !Objects.equals(facts.get(Keys.DESIRED_CONFIG), facts.get(Keys.CURRENT_CONFIG));
        if (open) {
            annotate(Keys.DESIRED_CONFIG, null);
            annotate(Keys.DESIRED_IMAGE, null);
        }
        annotate(Keys.PREFETCH, target.image().toString());
        begin(target);
    }

    private void grant(Target target) {
        annotate(Keys.PREFETCH, null);
        annotate(Keys.DESIRED_CONFIG, target.config());
        annotate(Keys.DESIRED_IMAGE, target.image().toString());
        begin(target);
    }

    private void stay() {
        Map<String, String> facts = Parts.annotations(node);
        annotate(Keys.DESIRED_CONFIG, facts.get(Keys.CURRENT_CONFIG));
        annotate(Keys.DESIRED_IMAGE, facts.get(Keys.CURRENT_IMAGE));
        annotate(Keys.PREFETCH, null);
    }

    /** In the same patch as the target, so that nobody who waits for Done sees the old Done with the new target. */
    private void begin(Target target) {
        annotate(Keys.STATE, NodeState.Working.name());
        annotate(Keys.KERNEL_ARGUMENTS, target.kernelArguments().isEmpty() ? null : json.write(target.kernelArguments()));
    }

    private void cleanUp() {
        OURS.forEach(key -> annotate(key, null));
        set(labels, Parts.labels(node), Keys.POOL_LABEL, null);
        taint(false);
    }

    private void annotate(String key, @Nullable String value) {
        set(annotations, Parts.annotations(node), key, value);
    }

    private static void set(
            Map<String, @Nullable Object> patch, Map<String, String> present, String key, @Nullable String value) {
        if (Objects.equals(present.get(key), value)) {
            patch.remove(key);
        } else {
            patch.put(key, value);
        }
    }

    // A merge patch replaces a list as a whole; the precondition makes sure that it is still the list that was read.
    private void taint(boolean on) {
        List<Taint> present = NodeReader.taints(node);
        if (present.stream().anyMatch(NodeReader::isOurs) == on) {
            return;
        }
        var wanted = new ArrayList<Map<String, @Nullable Object>>();
        present.stream().filter(taint -> !NodeReader.isOurs(taint)).map(NodePatch::tree).forEach(wanted::add);
        if (on) {
            wanted.add(Map.of("key", Keys.UPDATING_TAINT, "effect", Keys.UPDATING_TAINT_EFFECT));
        }
        taints = wanted;
    }

    private static Map<String, @Nullable Object> tree(Taint taint) {
        var tree = new LinkedHashMap<String, @Nullable Object>();
        tree.put("key", taint.getKey());
        if (taint.getValue() != null) {
            tree.put("value", taint.getValue());
        }
        tree.put("effect", taint.getEffect());
        if (taint.getTimeAdded() != null) {
            tree.put("timeAdded", taint.getTimeAdded());
        }
        return tree;
    }
}
