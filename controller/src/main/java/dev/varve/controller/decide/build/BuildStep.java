package dev.varve.controller.decide.build;

import dev.varve.contract.BuildSpec;
import dev.varve.contract.Pullspec;
import java.time.Duration;

/** One thing to do for a MachineOSConfig. Each may be done twice, and a crash between two of them loses nothing. */
public sealed interface BuildStep {

    /** Remove the annotation {@code M/rebuild} and count it, in one patch. */
    record ConsumeRebuild(int rebuilds) implements BuildStep {}

    record CreateBuild(String build, BuildInputs inputs, String secretVersions) implements BuildStep {}

    /** Remove a MachineOSBuild that ended, so that one of the same inputs can be made. */
    record DeleteBuild(String build) implements BuildStep {}

    /** Name the build that counts on the MachineOSConfig. */
    record SetCurrent(String build) implements BuildStep {}

    /**
     * Context Secret, pod, and the pod's name in the build's status.
     *
     * @param note why the registry's image, if it has one, is not used; empty where there is nothing to say
     */
    record StartAttempt(String build, BuildInputs inputs, int attempt, BuildSpec spec, String note) implements BuildStep {}

    record Progress(String build, BuildState state) implements BuildStep {}

    record Succeed(String build, Pullspec image) implements BuildStep {}

    /** It succeeds without a pod: the registry had the image. */
    record Reuse(String build, Pullspec image) implements BuildStep {}

    record Fail(String build, String message) implements BuildStep {}

    record Interrupt(String build) implements BuildStep {}

    /** @param uid of the pod that is meant: one that took its name in the meantime stays */
    record DeletePod(String pod, String uid) implements BuildStep {}

    /** The context Secret of a build that needs none any more. */
    record DeleteContext(String build) implements BuildStep {}

    /** Look again after this time even if nothing changes. */
    record Again(Duration after) implements BuildStep {}

    /** What the MachineOSConfig's status and the pool should say. Always the last step, exactly one. */
    record Report(ConfigStatus status) implements BuildStep {}
}
