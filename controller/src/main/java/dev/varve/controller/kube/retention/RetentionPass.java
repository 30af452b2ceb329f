package dev.varve.controller.kube.retention;

import dev.varve.contract.Pullspec;
import dev.varve.controller.decide.build.BuildState;
import dev.varve.controller.decide.build.Condition;
import dev.varve.controller.decide.retention.BuiltImage;
import dev.varve.controller.decide.retention.Retention.Superfluous;
import dev.varve.controller.kube.Events;
import dev.varve.controller.kube.Kinds;
import dev.varve.controller.kube.Parts;
import dev.varve.controller.kube.build.Secrets;
import dev.varve.controller.metrics.Metrics;
import dev.varve.controller.registry.Registry;
import dev.varve.controller.registry.RegistryException;
import dev.varve.controller.registry.Repositories;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what was found superfluous, a few images at a time: each from the registry first, then the MachineOSBuilds that name
 * it. Cut off between the two, the next pass finds the image gone and deletes the builds. A MachineOSBuild without its image
 * says nothing that is true any more, and would be looked at for ever.
 */
public final class RetentionPass {
    /** Images of one pass: a turn holds up the pool. */
    private static final int MOST = 10;
    /** Between two passes: at most an image a second leaves a registry. */
    private static final Duration PAUSE = Duration.ofSeconds(10);
    /** Before a registry is asked again that could not be. */
    private static final Duration UNREACHABLE = Duration.ofMinutes(10);
    /** Sentences that are remembered as said. */
    private static final int REMEMBERED = 1_000;
    /** Before a registry is asked again that refuses, or an image is looked at again that has to stay. */
    private static final Duration REFUSED = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(RetentionPass.class);

    private final KubernetesClient client;
    private final Registry registry;
    private final Repositories repositories;
    private final Secrets secrets;
    private final Events events;
    private final Metrics metrics;
    private final BooleanSupplier mayAct;
    private final ConcurrentMap<Pullspec, Instant> stay = new ConcurrentHashMap<>();
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /**
     * What is to be done for one pool.
     *
     * @param config its MachineOSConfig
     * @param built images of all pools
     * @param keep how many of the pool's newest stay
     */
    record Work(String pool, GenericKubernetesResource config, List<Superfluous> superfluous, List<BuiltImage> built, int keep) {
        /** Name of the secret that its images are pushed with. */
        String secret() {
            return Parts.spec(config).at("buildInputs").at("renderedImagePushSecret").at("name").string("");
        }
    }

    /** @param mayAct asked before every image: whether this process still leads */
    public RetentionPass(
            KubernetesClient client, String namespace, Registry registry, Repositories repositories, Events events, Metrics metrics,
            BooleanSupplier mayAct) {
        this.client = client;
        this.registry = registry;
        this.repositories = repositories;
        this.events = events;
        this.metrics = metrics;
        this.mayAct = mayAct;
        secrets = new Secrets(client, namespace);
    }

    /** @return how long nothing more is to be done for the pool; empty where nothing is left */
    Optional<Duration> run(Work work, Instant now) {
        stay.values().removeIf(until -> !now.isBefore(until));
        List<Superfluous> due = work.superfluous().stream().filter(image -> !stay.containsKey(image.image())).toList();
        if (due.isEmpty()) {
            return Optional.empty();
        }
        var removal = new ImageRemoval(registry, repositories, secrets.login(work.secret(), now), work.built());
        for (Superfluous superfluous : due.stream().limit(MOST).toList()) {
            if (!mayAct.getAsBoolean()) {
                break;
            }
            try {
                become(work, superfluous, removal.remove(superfluous.image()), now);
            } catch (RegistryException failed) {
                switch (failed.kind()) {
                    case Unsupported, Unauthorized -> {
                        say(work.pool(), work.config(), "images of pool " + work.pool()
                                + " that nobody needs stay in the registry, which refuses: " + failed.sentence() + "; let the secret " + work.secret()
                                + " delete there, or see to it that the registry cleans up by itself");
                        return Optional.of(REFUSED);
                    }
                    case Unreachable, Busy -> {
                        LOG.info("pool {}: images that nobody needs stay for now: {}", work.pool(), failed.sentence());
                        return Optional.of(UNREACHABLE);
                    }
                    case Missing, Invalid -> become(work, superfluous, new ImageRemoval.Outcome.Kept(failed.sentence()), now);
                }
            }
        }
        return Optional.of(PAUSE);
    }

    private void become(Work work, Superfluous superfluous, ImageRemoval.Outcome outcome, Instant now) {
        Pullspec image = superfluous.image();
        switch (outcome) {
            case ImageRemoval.Outcome.Deleted() -> {
                metrics.imageDeleted(work.pool());
                LOG.info("pool {}: {} is deleted from the registry", work.pool(), image);
                events.normal(work.config(), "ImageDeleted", "Deleted " + image + ": it is none of the newest " + work.keep()
                        + " of pool " + work.pool() + ", and no node runs it, has staged it or could roll back to it");
                superfluous.builds().forEach(build -> delete(build, image));
            }
            case ImageRemoval.Outcome.Gone() -> superfluous.builds().forEach(build -> delete(build, image));
            case ImageRemoval.Outcome.Kept(String why) -> {
                stay.put(image, now.plus(REFUSED));
                say(work.pool(), work.config(), why);
            }
        }
    }

    /** Once for as long as this process lives. */
    void say(String pool, GenericKubernetesResource config, String sentence) {
        if (said.size() > REMEMBERED) {
            said.clear();
        }
        if (said.add(pool + " " + sentence)) {
            LOG.warn("{}", sentence);
            events.warning(config, "ImageNotDeleted", sentence);
        }
    }

    /** Where it still is what was judged. */
    private void delete(String name, Pullspec image) {
        var builds = client.genericKubernetesResources(Kinds.MACHINE_OS_BUILD);
        GenericKubernetesResource build = builds.withName(name).get();
        if (build == null
                || build.getMetadata().getDeletionTimestamp() != null
                || Condition.state(Parts.status(build).at("conditions")) != BuildState.Succeeded
                || !Parts.status(build).at("finalImagePullspec").string("").equals(image.toString())) {
            return;
        }
        builds.resource(build).lockResourceVersion(build.getMetadata().getResourceVersion()).delete();
        LOG.info("MachineOSBuild {} is deleted: {} is not in the registry any more", name, image);
    }
}
