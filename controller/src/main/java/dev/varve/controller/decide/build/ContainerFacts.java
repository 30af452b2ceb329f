package dev.varve.controller.decide.build;

import java.time.Instant;

/** One container of a build pod. */
public record ContainerFacts(String name, State state) {
    public static final String BUILD = "image-build";
    public static final String PUSH = "image-push";
    /** image-push exits so when image-build left it nothing to push: the cause is with image-build. */
    public static final int NOTHING_TO_PUSH = 64;

    public sealed interface State {}

    /** @param why reason and message of the kubelet, maybe empty */
    public record Waiting(String why) implements State {}

    public record Running() implements State {}

    /**
     * @param reason of the kubelet, e.g. {@code OOMKilled}
     * @param text termination message or last lines of the log
     */
    public record Exited(int code, String reason, String text, Instant at) implements State {}
}
