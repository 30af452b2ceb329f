package dev.varve.controller.decide.build;

import dev.varve.contract.Durations;
import dev.varve.contract.Pullspec;
import dev.varve.controller.decide.build.ConfigStatus.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The next steps of a build that has not ended: its states follow its pods, not timers. */
final class RunningBuild {
    /** Wait after the first failed attempt; doubled after each further one. */
    static final Duration BACKOFF = Duration.ofSeconds(10);
    /** How soon a registry that could not be asked for a pushed image is asked again. */
    static final Duration ASK_AGAIN = Duration.ofSeconds(10);

    private final ImageCheck check;

    RunningBuild(ImageCheck check) {
        this.check = check;
    }

    /**
     * The image that may stand in for this build: only before its first pod, and never where a person has asked to build
     * once more. The count of rebuilds begins anew with the MachineOSConfig, so that a tag of a rebuild may be an old one's.
     */
    static Optional<Pullspec> reusable(BuildFacts facts, BuildInputs inputs, MachineOSBuildFacts build) {
        return build.lastAttempt() == 0 && facts.config().rebuilds() == 0 ? Optional.of(inputs.pushspec()) : Optional.empty();
    }

    List<BuildStep> decide(BuildFacts facts, BuildInputs inputs, MachineOSBuildFacts build, Instant now) {
        int attempt = Math.max(1, build.lastAttempt());
        Optional<BuildPodFacts> pod = build.pod(attempt);
        if (pod.isEmpty()) {
            return reusable(facts, inputs, build).isPresent() ? first(facts, inputs, build) : start(facts, inputs, build, attempt, "");
        }
        var steps = new ArrayList<>(leftOver(build, attempt));
        steps.addAll(switch (PodReading.read(pod.get())) {
            case AttemptOutcome.Pending(String doing) -> goesOn(facts, build, pod.get(), BuildState.Prepared, doing, now);
            case AttemptOutcome.Running(String doing) -> goesOn(facts, build, pod.get(), BuildState.Building, doing, now);
            case AttemptOutcome.Disrupted(String why) -> disrupted(facts, build, pod.get(), why);
            case AttemptOutcome.Expired(String doing) -> expired(facts, build, pod.get(), doing);
            case AttemptOutcome.Broken broken -> broken(facts, inputs, build, attempt, broken, now);
            case AttemptOutcome.Pushed(var digest) -> pushed(facts, build, attempt, inputs.push().withDigest(digest));
        });
        return steps;
    }

    /** A registry that cannot be asked holds nothing up: the build is what would have been made without the question. */
    private List<BuildStep> first(BuildFacts facts, BuildInputs inputs, MachineOSBuildFacts build) {
        return switch (facts.image().orElse(new ImageAnswer.Unknown("it was not asked"))) {
            case ImageAnswer.Found found -> {
                Pullspec image = inputs.push().withDigest(found.digest());
                Optional<String> different = check.different(image, found, inputs);
                yield different.isPresent()
                        ? start(facts, inputs, build, 1, different.get())
                        : List.of(new BuildStep.Reuse(build.name(), image), BuildPolicy.done(facts, build.name(), image, true));
            }
            case ImageAnswer.Missing _ -> start(facts, inputs, build, 1, "");
            case ImageAnswer.Unknown(String sentence) -> start(facts, inputs, build, 1,
                    "whether the registry has the image already is not known: " + sentence);
        };
    }

    private static List<BuildStep> start(BuildFacts facts, BuildInputs inputs, MachineOSBuildFacts build, int attempt, String note) {
        return List.of(
                new BuildStep.StartAttempt(build.name(), inputs, attempt, facts.spec(), note),
                building(facts, build, "attempt " + attempt + " of " + facts.spec().attempts() + " starts" + (note.isEmpty() ? "" : "; " + note)));
    }

    /** What an attempt that was given up still runs. */
    private static List<BuildStep> leftOver(MachineOSBuildFacts build, int attempt) {
        return build.pods().stream()
                .filter(pod -> pod.attempt() < attempt && !pod.finished() && !PodReading.endsByItself(pod) && !pod.deleting())
                .<BuildStep>map(pod -> new BuildStep.DeletePod(pod.name(), pod.uid()))
                .toList();
    }

    private static List<BuildStep> goesOn(
            BuildFacts facts, MachineOSBuildFacts build, BuildPodFacts pod, BuildState state, String doing, Instant now) {
        Instant deadline = pod.created().plus(facts.spec().timeout());
        if (!now.isBefore(deadline)) {
            return expired(facts, build, pod, doing);
        }
        var steps = new ArrayList<BuildStep>();
        if (build.state().canBecome(state)) {
            steps.add(new BuildStep.Progress(build.name(), state));
        }
        steps.add(new BuildStep.Again(Duration.between(now, deadline)));
        steps.add(building(facts, build, attemptOf(facts, pod.attempt()) + doing));
        return steps;
    }

    private static List<BuildStep> disrupted(BuildFacts facts, MachineOSBuildFacts build, BuildPodFacts pod, String why) {
        var steps = new ArrayList<BuildStep>();
        if (!pod.deleting()) {
            steps.add(new BuildStep.DeletePod(pod.name(), pod.uid()));
        }
        steps.add(building(facts, build, attemptOf(facts, pod.attempt()) + "pod " + pod.name() + " was taken away (" + why
                + "); the attempt is made again and does not count"));
        return steps;
    }

    private static List<BuildStep> expired(BuildFacts facts, MachineOSBuildFacts build, BuildPodFacts pod, String doing) {
        return fail(facts, build, attemptOf(facts, pod.attempt()) + "did not end within " + Durations.text(facts.spec().timeout()) + "; at the end "
                + doing);
    }

    private static List<BuildStep> broken(
            BuildFacts facts, BuildInputs inputs, MachineOSBuildFacts build, int attempt, AttemptOutcome.Broken broken, Instant now) {
        String what = attemptOf(facts, attempt) + broken.what();
        if (!broken.again() || attempt >= facts.spec().attempts()) {
            return fail(facts, build, what);
        }
        Duration left = Duration.between(now, broken.at().plus(BACKOFF.multipliedBy(1L << Math.min(attempt - 1, 10))));
        if (left.isPositive()) {
            return List.of(new BuildStep.Again(left),
                    building(facts, build, what + "\nAnother attempt follows."));
        }
        return start(facts, inputs, build, attempt + 1, "");
    }

    private List<BuildStep> pushed(BuildFacts facts, MachineOSBuildFacts build, int attempt, Pullspec image) {
        return switch (facts.image().orElse(new ImageAnswer.Unknown("it was not asked"))) {
            case ImageAnswer.Found found -> {
                Optional<String> unusable = check.unusable(image, found);
                yield unusable.isPresent()
                        ? fail(facts, build, attemptOf(facts, attempt) + unusable.get())
                        : List.of(new BuildStep.Succeed(build.name(), image), BuildPolicy.done(facts, build.name(), image, false));
            }
            case ImageAnswer.Missing _ -> fail(facts, build, attemptOf(facts, attempt) + "the registry does not have " + image
                    + ", which container image-push reported");
            case ImageAnswer.Unknown(String sentence) -> List.of(
                    new BuildStep.Again(ASK_AGAIN),
                    building(facts, build, image + " is pushed and will be used once the registry confirms it: " + sentence));
        };
    }

    private static List<BuildStep> fail(BuildFacts facts, MachineOSBuildFacts build, String message) {
        return List.of(new BuildStep.Fail(build.name(), message), BuildPolicy.failure(facts, build.name(), message));
    }

    private static String attemptOf(BuildFacts facts, int attempt) {
        return "attempt " + attempt + " of " + facts.spec().attempts() + ": ";
    }

    private static BuildStep building(BuildFacts facts, MachineOSBuildFacts build, String message) {
        return BuildPolicy.report(facts, Phase.Building, Optional.of(build.name()), message);
    }
}
