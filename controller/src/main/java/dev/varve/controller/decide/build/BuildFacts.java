package dev.varve.controller.decide.build;

import dev.varve.contract.BuildSpec;
import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.Optional;

/**
 * All that the next step for one MachineOSConfig depends on.
 *
 * @param problems of {@link MachineOSConfigCheck}
 * @param wanted what should be built; empty while it is not known
 * @param waiting why it is not known and what would change that; empty where it is known
 * @param secretVersions of its secrets as they are now
 * @param builds all of this MachineOSConfig
 * @param image what the registry said of {@link BuildPolicy#imageToCheck}; empty where nothing was asked
 * @param spec how it is to be built
 */
public record BuildFacts(
        MachineOSConfigFacts config,
        List<String> problems,
        Optional<BuildInputs> wanted,
        String waiting,
        String secretVersions,
        List<MachineOSBuildFacts> builds,
        Optional<ImageAnswer> image,
        BuildSpec spec) {

    public BuildFacts {
        problems = List.copyOf(problems);
        builds = List.copyOf(builds);
    }

    public BuildFacts with(ImageAnswer answer) {
        return new BuildFacts(
                config, problems, wanted, waiting, secretVersions, builds, Optional.of(answer), spec);
    }

    Optional<MachineOSBuildFacts> wantedBuild() {
        return wanted.map(inputs -> inputs.buildName(config.name()))
                .flatMap(name -> builds.stream().filter(build -> build.name().equals(name)).findFirst());
    }

    Optional<Pullspec> pushed(MachineOSBuildFacts build) {
        return build.pod(build.lastAttempt())
                .map(PodReading::read)
                .flatMap(outcome -> outcome instanceof AttemptOutcome.Pushed(var digest)
                        ? wanted.map(inputs -> inputs.push().withDigest(digest))
                        : Optional.empty());
    }
}
