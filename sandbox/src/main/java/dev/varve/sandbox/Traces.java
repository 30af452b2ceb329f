package dev.varve.sandbox;

import io.fabric8.kubernetes.api.model.Node;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What Varve has written on a node and has to take away again: annotations, label and taint of contract.md section 2. */
public final class Traces {
    private Traces() {}

    /** Key to value, or to the effect of a taint; empty on a node that Varve has never touched. */
    public static Map<String, String> on(Node node) {
        var traces = new TreeMap<String, String>();
        orNone(node.getMetadata().getAnnotations()).forEach((key, value) -> note(traces, key, value));
        orNone(node.getMetadata().getLabels()).forEach((key, value) -> note(traces, key, value));
        node.getSpec().getTaints().forEach(taint -> note(traces, taint.getKey(), taint.getEffect()));
        return traces;
    }

    private static void note(Map<String, String> traces, String key, String value) {
        if (key.startsWith("varve.dev/") || key.startsWith("machineconfiguration.openshift.io/")) {
            traces.put(key, value);
        }
    }

    private static Map<String, String> orNone(@Nullable Map<String, String> map) {
        return Objects.requireNonNullElse(map, Map.of());
    }
}
