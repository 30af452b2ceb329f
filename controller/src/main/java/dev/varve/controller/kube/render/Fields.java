package dev.varve.controller.kube.render;

import dev.varve.contract.ContractException;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.build.MachineOSConfigFacts;
import dev.varve.controller.kube.ClusterView;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the fields of our kinds are reached, and which MachineOSConfigs a pool has. */
public final class Fields {
    private Fields() {}

    /** {@code spec}, whose messages name the object. */
    public static Tree spec(GenericKubernetesResource object) {
        return field(object, "spec");
    }

    public static Tree status(GenericKubernetesResource object) {
        return field(object, "status");
    }

    public static Map<String, String> annotations(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    public static boolean deleting(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    public static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    public static <T extends HasMetadata> Optional<T> named(List<T> objects, String name) {
        return objects.stream().filter(object -> name(object).equals(name)).findFirst();
    }

    /** Oldest first: that one counts, the others are refused. Those being deleted are gone already. */
    public static List<GenericKubernetesResource> machineOSConfigs(ClusterView view, String pool) {
        return view.machineOSConfigs().stream()
                .filter(config -> !deleting(config) && belongs(config, pool))
                .sorted(Comparator.comparing((GenericKubernetesResource config) -> text(config.getMetadata().getCreationTimestamp()))
                        .thenComparing(Fields::name))
                .toList();
    }

    /** One that cannot be read belongs to no pool: it must not stop the others. */
    private static boolean belongs(GenericKubernetesResource config, String pool) {
        try {
            return MachineOSConfigFacts.poolOf(spec(config)).equals(pool);
        } catch (ContractException unreadable) {
            return false;
        }
    }

    /** The owner that controls what it owns: deleted with it. */
    public static OwnerReference controlledBy(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(name(owner))
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    private static Tree field(GenericKubernetesResource object, String field) {
        return Tree.named(object.getKind() + " " + name(object) + ": " + field, object.getAdditionalProperties().get(field));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
