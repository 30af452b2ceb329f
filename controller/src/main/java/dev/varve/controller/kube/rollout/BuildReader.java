package dev.varve.controller.kube.rollout;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.rollout.Aim;
import dev.varve.controller.decide.rollout.BuildState;
import dev.varve.controller.decide.rollout.BuildView;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.Parts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads what the builds of a MachineOSConfig have come to, and so where its pool is to go. */
final class BuildReader {
    private final ClusterView cluster;

    BuildReader(ClusterView cluster) {
        this.cluster = cluster;
    }

    /** @param config name of the pool's {@code spec.configuration} */
    Aim aim(String config, Optional<GenericKubernetesResource> machineOSConfig) {
        if (machineOSConfig.isEmpty()) {
            return Aim.of("", List.of(), Optional.empty(), Optional.empty(), List.of());
        }
        GenericKubernetesResource owner = machineOSConfig.get();
        List<BuildView> builds = cluster.machineOSBuilds().stream()
                .filter(build -> Parts.spec(build).at("machineOSConfig").at("name").string("").equals(Parts.name(owner)))
                .map(BuildReader::build)
                .toList();
        return Aim.of(
                config,
                kernelArguments(config),
                image(Parts.status(owner).at("currentImagePullspec")),
                Optional.ofNullable(Parts.annotations(owner).get(Keys.CURRENT_MACHINE_OS_BUILD)),
                builds);
    }

    static BuildView build(GenericKubernetesResource build) {
        return new BuildView(
                Parts.name(build),
                state(Parts.status(build)),
                Parts.spec(build).at("desiredConfig").at("name").string(""),
                image(Parts.status(build).at("finalImagePullspec")),
                Optional.ofNullable(build.getMetadata().getCreationTimestamp()).map(Instant::parse).orElse(Instant.EPOCH));
    }

    /** By its conditions, the terminal ones first (reference-behaviour.md 2.5). */
    private static BuildState state(Tree status) {
        Map<String, String> on = status.at("conditions").list().stream()
                .collect(Collectors.toMap(c -> c.at("type").string(""), c -> c.at("status").string(""), (a, b) -> b));
        for (BuildState state : List.of(
                BuildState.Succeeded, BuildState.Failed, BuildState.Interrupted, BuildState.Building, BuildState.Prepared)) {
            if ("True".equals(on.get(state.name()))) {
                return state;
            }
        }
        return BuildState.Initial;
    }

    private List<String> kernelArguments(String config) {
        return cluster.machineConfigs().stream()
                .filter(object -> Parts.name(object).equals(config))
                .flatMap(object -> Parts.spec(object).at("kernelArguments").list().stream())
                .map(argument -> argument.string(""))
                .filter(argument -> !argument.isEmpty())
                .toList();
    }

    private static Optional<Pullspec> image(Tree tree) {
        return tree.text().map(text -> Pullspec.parseDigested(tree.path(), text));
    }
}
