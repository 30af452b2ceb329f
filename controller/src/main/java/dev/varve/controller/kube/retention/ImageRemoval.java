package dev.varve.controller.kube.retention;

import dev.varve.contract.Digest;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.controller.decide.retention.BuiltImage;
import dev.varve.controller.registry.DockerConfig;
import dev.varve.controller.registry.Inspection;
import dev.varve.controller.registry.Registry;
import dev.varve.controller.registry.Repositories;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes images out of the registry, after a last look at each: it must be Varve's by its label, and no tag that somebody else
 * has put there may lead to it, since that would go with it. For one pass; what it has learned of a repository grows old.
 */
final class ImageRemoval {
    /** Tags of others that are looked at in one repository; each is a request. */
    private static final int MAX_OTHERS = 500;

    /** Where cosign, and whoever signs like it, keeps the signature of an image (cosign's SIGNATURE_SPEC.md). */
    private static final Predicate<String> SIGNATURE = Pattern.compile("sha256-[0-9a-f]{64}\\.sig").asMatchPredicate();

    /** What has become of an image. */
    sealed interface Outcome {
        record Deleted() implements Outcome {}

        /** The registry did not have it. */
        record Gone() implements Outcome {}

        /** @param why and what would change it */
        record Kept(String why) implements Outcome {}
    }

    private final Registry registry;
    private final Repositories repositories;
    private final DockerConfig login;
    private final List<BuiltImage> images;
    private final Set<Pullspec> signatures = new HashSet<>();
    /** By repository: a digest, and the tag of somebody else that leads to it. */
    private final Map<Pullspec, Map<Digest, String>> others = new HashMap<>();

    /** @param images of all builds: their tags are nobody else's */
    ImageRemoval(Registry registry, Repositories repositories, DockerConfig login, List<BuiltImage> images) {
        this.registry = registry;
        this.repositories = repositories;
        this.login = login;
        this.images = images;
    }

    /** @throws dev.varve.controller.registry.RegistryException where the registry refuses, or cannot be asked */
    Outcome remove(Pullspec image) {
        return switch (registry.inspect(image, login)) {
            case Inspection.NotFound() -> new Outcome.Gone();
            case Inspection.Found found when !found.labels().containsKey(Keys.INPUTS_LABEL) -> new Outcome.Kept(
                    image + " is not deleted: it has no label " + Keys.INPUTS_LABEL + ", so it is not as Varve has pushed it");
            case Inspection.Found found when !found.digest().equals(image.requireDigest()) -> new Outcome.Kept(
                    image + " is not deleted: it is a list of images, which Varve does not push");
            case Inspection.Found _ -> removeUnlessTagged(image);
        };
    }

    private Outcome removeUnlessTagged(Pullspec image) {
        Pullspec repository = image.withTag("latest");
        List<String> tags = others.containsKey(repository) ? List.of() : repositories.tags(repository, login);
        List<String> foreign = foreign(repository, tags);
        if (foreign.size() > MAX_OTHERS) {
            return new Outcome.Kept(image + " is not deleted: its repository has " + foreign.size() + " tags that are of no build of this"
                    + " cluster, too many to see whether one of them leads to it; give this cluster's images a repository of their own");
        }
        tags.stream().filter(SIGNATURE).forEach(tag -> signatures.add(repository.withTag(tag)));
        String tag = others.computeIfAbsent(repository, r -> repositories.behind(r, foreign, login)).get(image.requireDigest());
        if (tag != null) {
            return new Outcome.Kept(image + " is not deleted: the tag " + tag + " leads to it, too, and is of no build of this cluster;"
                    + " delete the tag if it is not needed");
        }
        removeSignature(repository, image.requireDigest());
        return repositories.delete(image, login) ? new Outcome.Deleted() : new Outcome.Gone();
    }

    /** Before its image: cut off after that, the next pass still finds the image. */
    private void removeSignature(Pullspec repository, Digest digest) {
        String tag = digest.toString().replace(':', '-') + ".sig";
        if (signatures.remove(repository.withTag(tag))) {
            repositories.behind(repository, List.of(tag), login).keySet()
                    .forEach(signature -> repositories.delete(repository.withDigest(signature), login));
        }
    }

    private List<String> foreign(Pullspec repository, List<String> tags) {
        var ours = images.stream()
                .filter(image -> image.pushed().host().equals(repository.host())
                        && image.pushed().repository().equals(repository.repository()))
                .flatMap(image -> image.pushed().tag().stream())
                .collect(Collectors.toSet());
        return tags.stream().filter(tag -> !ours.contains(tag) && !SIGNATURE.test(tag)).toList();
    }
}
