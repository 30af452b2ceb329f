package dev.varve.controller.kube.build;

import dev.varve.contract.BuildSpec;
import dev.varve.contract.ContractException;
import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.contract.Pullspec;
import dev.varve.contract.RolloutSpec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.build.BuildFacts;
import dev.varve.controller.decide.build.BuildPodFacts;
import dev.varve.controller.decide.build.BuildState;
import dev.varve.controller.decide.build.Condition;
import dev.varve.controller.decide.build.MachineOSBuildFacts;
import dev.varve.controller.decide.build.MachineOSConfigCheck;
import dev.varve.controller.decide.build.MachineOSConfigFacts;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Gathers the facts about one MachineOSConfig: objects from the view, secrets by name, digests from registries. */
final class BuildObserver {
    /** Attempts looked for by pod name; more than any policy will ask for. */
    private static final int MOST_ATTEMPTS = 32;

    private final ClusterView view;
    private final Secrets secrets;
    private final WantedReader wishedFor;
    private final MachineOSConfigCheck check;
    private final PodReader pods;
    private final String architecture;

    BuildObserver(ClusterView view, Secrets secrets, Images images, String namespace, String architecture,
            PodReader.Words words) {
        this.view = view;
        this.secrets = secrets;
        wishedFor = new WantedReader(view, secrets, images);
        this.architecture = architecture;
        check = new MachineOSConfigCheck(namespace);
        pods = new PodReader(words);
    }

    /** @param rival name of the MachineOSConfig that was there first for this pool */
    BuildFacts observe(GenericKubernetesResource object, Optional<String> rival, Instant now) {
        MachineOSConfigFacts config =
                MachineOSConfigFacts.from(Fields.name(object), Fields.annotations(object), Fields.spec(object), architecture);
        Optional<GenericKubernetesResource> pool = Fields.named(view.machineConfigPools(), config.pool());
        BuildSpec wishes = policy(config.pool()).build();
        var names = new ArrayList<>(config.secrets());
        wishes.signingSecret().ifPresent(names::add);
        List<String> problems = check.problems(config, pool.isPresent(), rival, secrets.facts(config.secrets(), now));
        WantedBuild wanted = problems.isEmpty() && pool.isPresent()
                ? wishedFor.read(config, pool.get(), wishes, now)
                : new WantedBuild(Optional.empty(), "");
        return new BuildFacts(
                config,
                problems,
                wanted.inputs(),
                wanted.waiting(),
                secrets.versions(names, now),
                builds(object),
                Optional.empty(),
                wishes);
    }

    /** Whoever reads the policy for the rollout reports what is wrong with it. */
    private RolloutSpec policy(String pool) {
        try {
            return view.rolloutPolicy(pool).map(policy -> RolloutSpec.from(Fields.spec(policy))).orElse(RolloutSpec.DEFAULT);
        } catch (ContractException unreadable) {
            return RolloutSpec.DEFAULT;
        }
    }

    private List<MachineOSBuildFacts> builds(GenericKubernetesResource config) {
        return view.machineOSBuilds().stream()
                .filter(build -> Fields.spec(build).at("machineOSConfig").at("name").string("").equals(Fields.name(config)))
                .map(this::build)
                .toList();
    }

    private MachineOSBuildFacts build(GenericKubernetesResource build) {
        Tree status = Fields.status(build);
        Tree conditions = status.at("conditions");
        BuildState state = Condition.state(conditions);
        List<String> attempts = attempts(build);
        PodReader reader = state.terminal() ? PodReader.withoutLogs() : pods;
        return new MachineOSBuildFacts(
                Fields.name(build),
                Fields.deleting(build),
                state,
                Condition.named(conditions, BuildState.Failed.name()).map(c -> c.at("message").string("")).orElse(""),
                status.at("finalImagePullspec").text().map(text -> Pullspec.parseDigested("finalImagePullspec", text)),
                Condition.named(conditions, Condition.REUSED).isPresent(),
                attempts.indexOf(status.at("builderReference").at("buildPod").at("name").string("")) + 1,
                Fields.annotations(build).getOrDefault(Keys.SECRET_VERSIONS, ""),
                podsOf(build, attempts, reader));
    }

    /** Names of its pods, that of the first attempt first. */
    private static List<String> attempts(GenericKubernetesResource build) {
        String rendered = Fields.spec(build).at("desiredConfig").at("name").string("");
        String hash = Fields.annotations(build).getOrDefault(Keys.BUILD_INPUTS, "");
        return IntStream.rangeClosed(1, MOST_ATTEMPTS).mapToObj(attempt -> Names.buildPod(rendered, hash, attempt)).toList();
    }

    /** By uid of the owner: a pod of a deleted build of the same name says nothing about this one. */
    private List<BuildPodFacts> podsOf(GenericKubernetesResource build, List<String> attempts, PodReader reader) {
        String uid = build.getMetadata().getUid();
        return view.ownPods().stream()
                .filter(pod -> attempts.contains(Fields.name(pod)))
                .filter(pod -> pod.getMetadata().getOwnerReferences().stream().anyMatch(owner -> owner.getUid().equals(uid)))
                .map(pod -> reader.read(pod, attempts.indexOf(Fields.name(pod)) + 1))
                .toList();
    }
}
