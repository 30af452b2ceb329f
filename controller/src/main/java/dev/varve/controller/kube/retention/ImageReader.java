package dev.varve.controller.kube.retention;

import dev.varve.contract.ContractException;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.build.BuildState;
import dev.varve.controller.decide.build.Condition;
import dev.varve.controller.decide.retention.BuiltImage;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.Parts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which images Varve has pushed: those that its MachineOSBuilds name. The tags of a repository would not do, since another
 * cluster's or anybody's may be among them.
 */
final class ImageReader {
    private final ClusterView cluster;

    ImageReader(ClusterView cluster) {
        this.cluster = cluster;
    }

    /** Of all pools. */
    List<BuiltImage> images() {
        return cluster.machineOSBuilds().stream().flatMap(build -> image(build).stream()).toList();
    }

    /** How many builds of this pool name an image: cheap, and never fewer than it has of them. */
    long count(String pool) {
        return cluster.machineOSBuilds().stream()
                .filter(build -> pool.equals(Parts.annotations(build).get(Keys.TARGET_POOL)))
                .filter(build -> Parts.status(build).at("finalImagePullspec").present())
                .count();
    }

    /** Empty for a build that is not ours, has no image, is about to go, or cannot be read: its image stays. */
    private static Optional<BuiltImage> image(GenericKubernetesResource build) {
        try {
            Tree status = Parts.status(build);
            String pool = Parts.annotations(build).getOrDefault(Keys.TARGET_POOL, "");
            boolean ours = Parts.annotations(build).containsKey(Keys.BUILD_INPUTS) && !pool.isEmpty();
            boolean there = build.getMetadata().getDeletionTimestamp() == null;
            if (!ours || !there || Condition.state(status.at("conditions")) != BuildState.Succeeded) {
                return Optional.empty();
            }
            Pullspec pushed = Pullspec.parse(Parts.spec(build).at("renderedImagePushspec").string(""));
            Tree named = status.at("finalImagePullspec");
            Pullspec image = Pullspec.parseDigested(named.path(), named.string(""));
            boolean beside = pushed.host().equals(image.host()) && pushed.repository().equals(image.repository());
            Instant ended = Instant.parse(status.at("buildEnd").string(build.getMetadata().getCreationTimestamp()));
            return beside ? Optional.of(new BuiltImage(Parts.name(build), pool, pushed, image.requireDigest(), ended)) : Optional.empty();
        } catch (ContractException | DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
