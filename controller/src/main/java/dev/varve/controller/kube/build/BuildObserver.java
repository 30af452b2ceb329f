package dev.varve.controller.kube.build;

import dev.varve.contract.ContractException;
import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.contract.Pullspec;
import dev.varve.contract.RolloutSpec;
import dev.varve.contract.Tree;
import dev.varve.controller.context.Packages;
import dev.varve.controller.decide.build.BuildFacts;
import dev.varve.controller.decide.build.BuildInputs;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Gathers the facts about one MachineOSConfig: objects from the view, secrets by name, digests from registries. */
final class BuildObserver {
    /** Attempts looked for by pod name; more than any policy will ask for. */
    private static final int MOST_ATTEMPTS = 32;

    private final ClusterView view;
    private final Secrets secrets;
    private final Images images;
    private final MachineOSConfigCheck check;
    private final PodReader pods;
    private final String architecture;

    BuildObserver(ClusterView view, Secrets secrets, Images images, String namespace, String architecture,
            PodReader.Words words) {
        this.view = view;
        this.secrets = secrets;
        this.images = images;
        this.architecture = architecture;
        check = new MachineOSConfigCheck(namespace);
        pods = new PodReader(words);
    }

    /** @param rival name of the MachineOSConfig that was there first for this pool */
    BuildFacts observe(GenericKubernetesResource object, Optional<String> rival, Instant now) {
        MachineOSConfigFacts config =
                MachineOSConfigFacts.from(Fields.name(object), Fields.annotations(object), Fields.spec(object), architecture);
        Optional<GenericKubernetesResource> pool = Fields.named(view.machineConfigPools(), config.pool());
        List<String> problems = check.problems(config, pool.isPresent(), rival, secrets.facts(config.secrets(), now));
        Wanted wanted = problems.isEmpty() && pool.isPresent() ? wanted(config, pool.get(), now) : new Wanted(Optional.empty(), "");
        return new BuildFacts(
                config,
                problems,
                wanted.inputs(),
                wanted.waiting(),
                secrets.versions(config.secrets(), now),
                builds(object),
                Optional.empty(),
                policy(config.pool()).build());
    }

    private record Wanted(Optional<BuildInputs> inputs, String waiting) {}

    private Wanted wanted(MachineOSConfigFacts config, GenericKubernetesResource pool, Instant now) {
        String rendered = Fields.spec(pool).at("configuration").at("name").string("");
        if (rendered.isEmpty()) {
            return waiting("waiting for MachineConfigPool " + config.pool() + " to have a rendered configuration");
        }
        Optional<GenericKubernetesResource> found = Fields.named(view.machineConfigs(), rendered);
        if (found.isEmpty()) {
            return waiting("waiting for MachineConfig " + rendered + ", which MachineConfigPool " + config.pool() + " points to");
        }
        Tree spec = Fields.spec(found.get());
        return switch (images.base(spec.at("osImageURL").string(""), secrets.login(config.pullSecret(), now), now)) {
            case Images.Base.NotKnown(String sentence) -> waiting(sentence);
            case Images.Base.Known(Pullspec base) -> wanted(config, rendered, base, spec, now);
        };
    }

    private Wanted wanted(MachineOSConfigFacts config, String rendered, Pullspec base, Tree spec, Instant now) {
        Optional<String> extensions = spec.at("baseOSExtensionsContainerImage").text();
        boolean used = !Packages.of(spec).none();
        if (used && extensions.isEmpty()) {
            return waiting("MachineConfig " + rendered + " asks for extensions or a kernelType, and no extensions image is known;"
                    + " set spec.baseOSExtensionsContainerImage in a MachineConfig, or baseOSExtensionsContainerImage in"
                    + " ConfigMap machine-config-osimageurl");
        }
        if (used) {
            switch (images.digested("extensions image", extensions.orElseThrow(), secrets.login(config.pullSecret(), now), now)) {
                case Images.Base.NotKnown(String sentence) -> {
                    return waiting(sentence);
                }
                case Images.Base.Known(Pullspec image) -> extensions = Optional.of(image.toString());
            }
        }
        return new Wanted(Optional.of(new BuildInputs(
                rendered,
                config.containerfile(),
                base,
                extensions,
                Pullspec.parse(config.pushspec()),
                config.rebuilds() == 0 ? Map.of() : Map.of("rebuilds", String.valueOf(config.rebuilds())),
                config.secrets())), "");
    }

    private static Wanted waiting(String sentence) {
        return new Wanted(Optional.empty(), sentence);
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
