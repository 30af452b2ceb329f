package dev.varve.controller.kube;

import dev.varve.contract.Tree;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

/** The parts of an object, never null; messages about the trees start with kind and name. */
public final class Parts {
    private Parts() {}

    public static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    public static Map<String, String> labels(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    public static Map<String, String> annotations(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    public static Tree spec(GenericKubernetesResource object) {
        return part(object, "spec");
    }

    public static Tree status(GenericKubernetesResource object) {
        return part(object, "status");
    }

    private static Tree part(GenericKubernetesResource object, String part) {
        return Tree.named(
                object.getKind() + " " + name(object) + " " + part, object.getAdditionalProperties().get(part));
    }
}
