package dev.varve.controller.decide.rollout;

import dev.varve.contract.Pullspec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where a pool is to go, from its configuration and the builds of its MachineOSConfig. Nodes move only to the image of the
 * build that counts, and only once the MachineOSConfig names it: never to an old image with a new configuration, and not
 * twice where a build is already under way (reference-behaviour.md 4.2 and 7.2).
 */
public record Aim(Goal goal, Build build) {

    /**
     * @param config name of the pool's {@code spec.configuration}, {@code ""} where nothing is rendered yet
     * @param current {@code status.currentImagePullspec} of the MachineOSConfig
     * @param counting name of the build that the MachineOSConfig says counts, if it does
     * @param builds of this MachineOSConfig
     */
    public static Aim of(
            String config,
            List<String> kernelArguments,
            Optional<Pullspec> current,
            Optional<String> counting,
            List<BuildView> builds) {
        if (config.isEmpty()) {
            return new Aim(new Goal.Await("the pool's configuration to be rendered"), Build.NONE);
        }
        List<BuildView> ours = builds.stream().filter(build -> build.config().equals(config)).toList();
        return choose(ours, current, counting)
                .map(build -> new Aim(goal(build, kernelArguments, current), new Build(build.state(), build.name())))
                .orElseGet(() -> new Aim(new Goal.Await("a build of " + config + " to start"), Build.NONE));
    }

    private static Optional<BuildView> choose(
            List<BuildView> builds, Optional<Pullspec> current, Optional<String> counting) {
        Comparator<BuildView> age = Comparator.comparing(BuildView::created).thenComparing(BuildView::name);
        return builds.stream()
                .filter(build -> counting.filter(build.name()::equals).isPresent())
                .findFirst()
                .or(() -> builds.stream().filter(BuildView::isInProgress).max(age))
                .or(() -> builds.stream().filter(build -> isCurrent(build, current)).max(age))
                .or(() -> builds.stream().max(age));
    }

    private static Goal goal(BuildView build, List<String> kernelArguments, Optional<Pullspec> current) {
        return switch (build.state()) {
            case None, Initial, Prepared -> new Goal.Await("build " + build.name() + " to start");
            case Building -> new Goal.Await("build " + build.name() + " to complete");
            case Succeeded -> isCurrent(build, current)
                    ? new Goal.Move(new Target(build.config(), build.image().orElseThrow(), kernelArguments))
                    : new Goal.Await("the MachineOSConfig to take up the image of build " + build.name());
            case Failed -> new Goal.Await("a build that succeeds: " + build.name() + " failed, its condition Failed says why");
            case Interrupted -> new Goal.Await("a new build: " + build.name() + " was interrupted");
        };
    }

    private static boolean isCurrent(BuildView build, Optional<Pullspec> current) {
        return build.state() == BuildState.Succeeded && build.image().isPresent() && build.image().equals(current);
    }
}
