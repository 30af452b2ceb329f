package dev.varve.controller.kube.retention;

import dev.varve.contract.ContractException;
import dev.varve.contract.RolloutSpec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.build.Condition;
import dev.varve.controller.decide.retention.BuiltImage;
import dev.varve.controller.decide.retention.Retention;
import dev.varve.controller.decide.retention.RetentionPolicy;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.Kinds;
import dev.varve.controller.kube.Parts;
import dev.varve.controller.kube.rollout.FreshNodes;
import dev.varve.controller.kube.rollout.PoolReader;
import dev.varve.controller.kube.rollout.PoolView;
import dev.varve.controller.loop.PoolLoop;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the images of a pool that nobody needs, once all its nodes are updated. A pool with no more builds than it keeps
 * costs a look at their number; a registry is asked only where something is to go.
 */
public final class RetentionLoop implements PoolLoop {
    /** How soon a pool with images to spare is looked at again that is not updated: its status alone wakes nobody. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(RetentionLoop.class);

    private final KubernetesClient client;
    private final ClusterView cluster;
    private final PoolReader pools;
    private final ImageReader images;
    private final FactsReader facts;
    private final RetentionPass passes;
    private final RetentionPolicy policy = new RetentionPolicy();
    private final ConcurrentMap<String, Instant> quiet = new ConcurrentHashMap<>();

    public RetentionLoop(KubernetesClient client, ClusterView cluster, PoolReader pools, FreshNodes fresh, RetentionPass passes) {
        this.client = client;
        this.cluster = cluster;
        this.pools = pools;
        this.passes = passes;
        images = new ImageReader(cluster);
        facts = new FactsReader(cluster, fresh);
    }

    @Override
    public String name() {
        return "retention";
    }

    @Override
    public Result turn(String pool, Instant now, List<Finding> earlier) {
        Instant until = quiet.getOrDefault(pool, Instant.MIN);
        if (now.isBefore(until)) {
            return again(Duration.between(now, until));
        }
        quiet.remove(pool);
        try {
            if (images.count(pool) <= policyOf(pool).retainImages()) {
                return Result.NOTHING;
            }
            return isUpdated(pool) ? updated(pool, now) : again(LOOK_AGAIN);
        } catch (KubernetesClientException failed) {
            // What is not deleted now does nobody any harm; the pool's other loops must not be told of a failure.
            LOG.warn("images of pool {} stay for now: {}", pool, failed.getMessage());
            return again(AFTER_FAILURE);
        } catch (ContractException unreadable) {
            // Whoever reads pool and policy for the rollout reports what is wrong with them; nothing goes until it is mended.
            LOG.debug("no image of pool {} is deleted: {}", pool, unreadable.sentence());
            return Result.NOTHING;
        }
    }

    private Result updated(String pool, Instant now) {
        PoolView view = pools.read(pool);
        if (view.machineOSConfig().isEmpty()) {
            return Result.NOTHING;
        }
        GenericKubernetesResource seen = view.machineOSConfig().get();
        Retention plan = policy.decide(facts.read(view, seen, images.images()));
        if (plan.superfluous().isEmpty()) {
            plan.held().ifPresent(why -> passes.say(pool, seen, why));
            return Result.NOTHING;
        }
        // The build loop may have chosen an old image in this very turn, which the informers have not yet heard of.
        GenericKubernetesResource live = client.genericKubernetesResources(Kinds.MACHINE_OS_CONFIG).withName(Parts.name(seen)).get();
        if (live == null || !isActedOn(live)) {
            return again(LOOK_AGAIN);
        }
        List<BuiltImage> built = images.images();
        var work = new RetentionPass.Work(
                pool, live, policy.decide(facts.read(view, live, built)).superfluous(), built, view.snapshot().spec().retainImages());
        Optional<Duration> pause = passes.run(work, now);
        pause.ifPresent(duration -> quiet.put(pool, now.plus(duration)));
        return new Result(pause, List.of());
    }

    private boolean isUpdated(String pool) {
        return cluster.machineConfigPools().stream()
                .filter(object -> Parts.name(object).equals(pool))
                .map(object -> Condition.named(Parts.status(object).at("conditions"), "Updated"))
                .flatMap(Optional::stream)
                .anyMatch(condition -> condition.at("status").string("").equals("True"));
    }

    private RolloutSpec policyOf(String pool) {
        return cluster.rolloutPolicy(pool).map(object -> RolloutSpec.from(Parts.spec(object))).orElse(RolloutSpec.DEFAULT);
    }

    /** The build loop has seen the spec as it is now. */
    private static boolean isActedOn(GenericKubernetesResource config) {
        Tree observed = Parts.status(config).at("observedGeneration");
        return config.getMetadata().getDeletionTimestamp() == null
                && observed.integer().map(Integer::longValue).equals(Optional.ofNullable(config.getMetadata().getGeneration()));
    }

    private static Result again(Duration after) {
        return new Result(Optional.of(after), List.of());
    }
}
