package dev.varve.controller.decide.build;

import dev.varve.contract.Pullspec;
import dev.varve.controller.decide.build.ConfigStatus.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What happens next with the builds of one MachineOSConfig (controller.md section 2). Pure: same facts, same steps. What an
 * attempt has come to is read by {@link PodReading}; how a running build goes on is decided by {@link RunningBuild}.
 */
public final class BuildPolicy {
    /** How soon a registry that could not be asked, or the secrets of a failed build, are looked at again. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    /** How soon an invalid config is looked at again: a secret that is created does not wake anybody. */
    static final Duration CHECK_AGAIN = Duration.ofSeconds(5);

    private final RunningBuild running;

    /** @param architecture every image must have, in the registry's word: {@code amd64} */
    public BuildPolicy(String architecture) {
        running = new RunningBuild(new ImageCheck(architecture));
    }

    /** The image that {@link #decide} needs an answer on, where it needs one: a registry is not asked every turn. */
    public Optional<Pullspec> imageToCheck(BuildFacts facts) {
        return facts.wantedBuild().filter(build -> !build.deleting()).flatMap(build -> switch (build.state()) {
            case Succeeded -> current(facts, build) ? Optional.empty() : build.image();
            case Initial, Prepared, Building -> facts.pushed(build)
                    .or(() -> facts.wanted().flatMap(inputs -> RunningBuild.reusable(facts, inputs, build)));
            case Interrupted, Failed -> Optional.empty();
        });
    }

    public List<BuildStep> decide(BuildFacts facts, Instant now) {
        if (facts.config().rebuildRequested()) {
            return List.of(
                    new BuildStep.ConsumeRebuild(facts.config().rebuilds() + 1),
                    report(facts, Phase.Waiting, Optional.empty(), "a rebuild was asked for and starts now"));
        }
        var steps = new ArrayList<BuildStep>();
        for (MachineOSBuildFacts build : facts.builds()) {
            if (facts.wanted().isPresent() && facts.wantedBuild().filter(build::equals).isEmpty()) {
                supersede(build, steps);
            }
            if (build.state().terminal()) {
                cleanUp(build, steps);
            }
        }
        if (facts.wanted().isEmpty()) {
            steps.addAll(unknown(facts));
        } else {
            steps.addAll(wanted(facts, facts.wanted().get(), now));
        }
        return steps;
    }

    private static List<BuildStep> unknown(BuildFacts facts) {
        boolean invalid = !facts.problems().isEmpty();
        return List.of(
                new BuildStep.Again(CHECK_AGAIN),
                report(facts, invalid ? Phase.Invalid : Phase.Waiting, Optional.empty(),
                        invalid ? "nothing is built until this MachineOSConfig is valid, see condition Valid" : facts.waiting()));
    }

    private List<BuildStep> wanted(BuildFacts facts, BuildInputs inputs, Instant now) {
        String name = inputs.buildName(facts.config().name());
        MachineOSBuildFacts build = facts.wantedBuild().orElse(null);
        if (build == null) {
            var steps = new ArrayList<BuildStep>();
            steps.add(new BuildStep.CreateBuild(name, inputs, facts.secretVersions()));
            addCurrent(facts, name, steps);
            steps.add(report(facts, Phase.Building, Optional.of(name), "MachineOSBuild " + name + " starts"));
            return steps;
        }
        if (build.deleting()) {
            return List.of(report(facts, Phase.Waiting, Optional.of(name), "an earlier MachineOSBuild " + name + " is being deleted"));
        }
        return switch (build.state()) {
            case Initial, Prepared, Building -> {
                var steps = new ArrayList<BuildStep>();
                addCurrent(facts, name, steps);
                steps.addAll(running.decide(facts, inputs, build, now));
                yield steps;
            }
            case Succeeded -> succeeded(facts, build);
            case Interrupted -> anew(facts, build, "its earlier build was interrupted");
            case Failed -> failed(facts, build);
        };
    }

    private static List<BuildStep> succeeded(BuildFacts facts, MachineOSBuildFacts build) {
        if (build.image().isEmpty()) {
            return anew(facts, build, "its MachineOSBuild names no image");
        }
        if (current(facts, build)) {
            return List.of(done(facts, build.name(), build.image().get(), build.reused()));
        }
        return switch (facts.image().orElse(new ImageAnswer.Unknown("it was not asked"))) {
            case ImageAnswer.Found _ -> List.of(
                    new BuildStep.SetCurrent(build.name()), done(facts, build.name(), build.image().get(), build.reused()));
            case ImageAnswer.Missing _ -> anew(facts, build, "the registry does not have " + build.image().get() + " any more");
            case ImageAnswer.Unknown(String sentence) -> List.of(
                    new BuildStep.Again(LOOK_AGAIN),
                    report(facts, Phase.Waiting, Optional.of(build.name()), "waiting to hear whether the registry still has "
                            + build.image().get() + ": " + sentence));
        };
    }

    private static List<BuildStep> failed(BuildFacts facts, MachineOSBuildFacts build) {
        if (!build.secretVersions().equals(facts.secretVersions())) {
            return anew(facts, build, "a secret has changed since it failed");
        }
        var steps = new ArrayList<BuildStep>();
        addCurrent(facts, build.name(), steps);
        steps.add(new BuildStep.Again(LOOK_AGAIN));
        steps.add(failure(facts, build.name(), build.failure()));
        return steps;
    }

    private static List<BuildStep> anew(BuildFacts facts, MachineOSBuildFacts build, String why) {
        var steps = new ArrayList<BuildStep>();
        remove(build, build.pods(), steps);
        steps.add(new BuildStep.DeleteBuild(build.name()));
        steps.add(report(facts, Phase.Building, Optional.of(build.name()), "builds again: " + why));
        return steps;
    }

    private static void supersede(MachineOSBuildFacts build, List<BuildStep> steps) {
        if (!build.state().terminal() && !build.deleting()) {
            steps.add(new BuildStep.Interrupt(build.name()));
            remove(build, build.pods(), steps);
        }
    }

    /** Pods of a failed build that have ended, or will in a moment, stay for their logs. */
    private static void cleanUp(MachineOSBuildFacts build, List<BuildStep> steps) {
        boolean failed = build.state() == BuildState.Failed;
        remove(build, build.pods().stream().filter(pod -> !failed || !pod.finished() && !PodReading.endsByItself(pod)).toList(), steps);
    }

    private static void remove(MachineOSBuildFacts build, List<BuildPodFacts> pods, List<BuildStep> steps) {
        List<BuildPodFacts> left = pods.stream().filter(pod -> !pod.deleting()).toList();
        left.forEach(pod -> steps.add(new BuildStep.DeletePod(pod.name(), pod.uid())));
        if (!left.isEmpty()) {
            steps.add(new BuildStep.DeleteContext(build.name()));
        }
    }

    private static void addCurrent(BuildFacts facts, String build, List<BuildStep> steps) {
        if (!facts.config().currentBuild().equals(Optional.of(build))) {
            steps.add(new BuildStep.SetCurrent(build));
        }
    }

    private static boolean current(BuildFacts facts, MachineOSBuildFacts build) {
        return facts.config().currentBuild().equals(Optional.of(build.name()));
    }

    static BuildStep done(BuildFacts facts, String build, Pullspec image, boolean reused) {
        String how = reused ? " succeeded without a pod, the registry had its image already, built from the same inputs: " : " succeeded: ";
        return new BuildStep.Report(new ConfigStatus(
                facts.problems(), Phase.Succeeded, Optional.of(build), "MachineOSBuild " + build + how + image, Optional.of(image)));
    }

    static BuildStep failure(BuildFacts facts, String build, String message) {
        return report(facts, Phase.Failed, Optional.of(build), message);
    }

    static BuildStep report(BuildFacts facts, Phase phase, Optional<String> build, String message) {
        return new BuildStep.Report(new ConfigStatus(facts.problems(), phase, build, message, Optional.empty()));
    }
}
