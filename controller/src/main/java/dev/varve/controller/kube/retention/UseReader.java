package dev.varve.controller.kube.retention;

import dev.varve.contract.Digest;
import dev.varve.contract.Keys;
import dev.varve.controller.decide.render.CanonicalJson;
import dev.varve.controller.decide.retention.BuiltImage;
import dev.varve.controller.decide.retention.ImageUse;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.Parts;
import dev.varve.controller.kube.rollout.FreshNodes;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who needs which image. Digests are searched for in the text, whatever the form around them: what cannot be read here would
 * otherwise be an image that nobody is known to need.
 */
final class UseReader {
    private static final Pattern DIGEST = Pattern.compile("sha256:[a-f0-9]{64}");
    /** A digest that did not survive its boot is not wanted back. */
    private static final Set<String> NOT_NEEDED = Set.of(Keys.REJECTED);
    private static final List<String> IMAGES_OF_CONFIGS = List.of("osImageURL", "baseOSExtensionsContainerImage");

    private final ClusterView cluster;
    private final FreshNodes fresh;

    UseReader(ClusterView cluster, FreshNodes fresh) {
        this.cluster = cluster;
        this.fresh = fresh;
    }

    /** @param live a MachineOSConfig that is newer than the one of its name that the informers have seen */
    List<ImageUse> uses(List<BuiltImage> images, GenericKubernetesResource live) {
        var uses = new ArrayList<ImageUse>();
        cluster.machineConfigs().forEach(config -> IMAGES_OF_CONFIGS.forEach(
                field -> find(Parts.spec(config).at(field).value(), "MachineConfig " + Parts.name(config) + " has it as " + field, uses)));
        cluster.machineOSConfigs().stream().filter(config -> !Parts.name(config).equals(Parts.name(live))).forEach(
                config -> named(config, images, uses));
        named(live, images, uses);
        cluster.nodes().forEach(node -> needed(fresh.newest(node), uses));
        return uses;
    }

    /** It was moved by Varve, and has not said what it could go back to; or what it said cannot be read. */
    static boolean isSilent(Node node) {
        Map<String, String> annotations = Parts.annotations(node);
        String said = annotations.getOrDefault(Keys.ROLLBACK_IMAGE, "?");
        return annotations.containsKey(Keys.CURRENT_IMAGE) && !said.isEmpty() && !DIGEST.matcher(said).find();
    }

    private static void needed(Node node, List<ImageUse> uses) {
        Parts.annotations(node).forEach((key, value) -> {
            boolean ours = key.startsWith(Keys.GROUP + "/") || key.startsWith(Keys.OWN_GROUP + "/");
            if (ours && !NOT_NEEDED.contains(key)) {
                find(value, "node " + Parts.name(node) + " has it as " + key, uses);
            }
        });
    }

    /** Its spec may name images to build from, its status the one that nodes are to run. */
    private static void named(GenericKubernetesResource config, List<BuiltImage> images, List<ImageUse> uses) {
        String name = "MachineOSConfig " + Parts.name(config);
        find(config.getAdditionalProperties().get("spec"), name + " has it in its spec", uses);
        find(Parts.status(config).at("currentImagePullspec").value(), name + " has it as currentImagePullspec", uses);
        String current = Parts.annotations(config).getOrDefault(Keys.CURRENT_MACHINE_OS_BUILD, "");
        images.stream().filter(image -> image.build().equals(current)).forEach(
                image -> uses.add(new ImageUse(image.digest(), name + " has its build as the one that counts")));
    }

    private static void find(@Nullable Object value, String by, List<ImageUse> uses) {
        if (value != null) {
            DIGEST.matcher(CanonicalJson.text(value)).results().forEach(found -> uses.add(new ImageUse(new Digest(found.group()), by)));
        }
    }
}
