package dev.varve.controller.decide.build;

import dev.varve.contract.Digest;
import dev.varve.controller.decide.build.ContainerFacts.Exited;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a build pod says about its attempt. Exit codes are buildah's: 125 is its own failure (registry, network, storage),
 * any other comes from the command of the Containerfile that failed.
 */
final class PodReading {
    private static final int BUILDAH_FAILED = 125;
    /** 128 + SIGKILL, 128 + SIGTERM: somebody ended it from outside, for memory or with its node. */
    private static final Set<Integer> KILLED = Set.of(137, 143);
    /**
     * The node went down under the container and came back: what the runtime says of one it finds dead (containerd's CRI,
     * {@code unknownExitReason}), and the kubelet of one that it does not find any more ({@code kubelet_pods.go}).
     */
    private static final Set<String> LOST = Set.of("Unknown", "ContainerStatusUnknown");
    private static final Pattern UNAUTHORIZED = Pattern.compile(
            "(?i)\\bunauthorized\\b|\\b40[13] (unauthorized|forbidden)|status:? 40[13]\\b|authentication required|invalid username/password|access to the (requested )?resource is denied");
    private static final int SHOWN_LINES = 20;
    private static final int SHOWN = 1_500;

    private PodReading() {}

    static AttemptOutcome read(BuildPodFacts pod) {
        if (!pod.phase().equals("Succeeded") && (pod.deleting() || pod.disruption().isPresent())) {
            return new AttemptOutcome.Disrupted(pod.disruption().orElse("it was deleted"));
        }
        if (pod.deadlineExceeded()) {
            return new AttemptOutcome.Expired(doing(pod));
        }
        Optional<Exited> build = exited(pod, ContainerFacts.BUILD);
        Optional<Exited> push = exited(pod, ContainerFacts.PUSH);
        if (build.isPresent() && build.get().code() != 0 && !lost(build.get())) {
            return buildBroke(build.get());
        }
        Optional<ContainerFacts> lost = pod.containers().stream().filter(c -> c.state() instanceof Exited exited && lost(exited)).findFirst();
        if (lost.isPresent()) {
            return new AttemptOutcome.Disrupted("its node went down under container " + lost.get().name());
        }
        boolean causeUnknown = push.isPresent() && push.get().code() == ContainerFacts.NOTHING_TO_PUSH && build.isEmpty() && !pod.finished();
        if (push.isPresent() && push.get().code() != 0 && !causeUnknown) {
            return pushBroke(push.get());
        }
        if (build.isPresent() && push.isPresent() && push.get().code() == 0) {
            return pushed(push.get());
        }
        if (pod.finished()) {
            return new AttemptOutcome.Broken("pod " + pod.name() + " ended (" + pod.phase() + "): "
                    + (pod.note().isEmpty() ? "its containers left no word" : pod.note()), true, pod.created());
        }
        return pod.phase().equals("Pending") ? new AttemptOutcome.Pending(doing(pod)) : new AttemptOutcome.Running(doing(pod));
    }

    /** image-build has told image-push that there is nothing to wait for; one that was killed could not. */
    static boolean endsByItself(BuildPodFacts pod) {
        return exited(pod, ContainerFacts.BUILD).filter(build -> build.code() != 0 && !killed(build)).isPresent();
    }

    private static boolean killed(Exited exited) {
        return KILLED.contains(exited.code()) || exited.reason().equals("OOMKilled");
    }

    private static boolean lost(Exited exited) {
        return LOST.contains(exited.reason());
    }

    private static AttemptOutcome buildBroke(Exited exited) {
        boolean own = exited.code() == BUILDAH_FAILED || killed(exited);
        return new AttemptOutcome.Broken(sentence(ContainerFacts.BUILD, exited) + wayOut(exited, "pull"), own && !unauthorized(exited), exited.at());
    }

    private static AttemptOutcome pushBroke(Exited exited) {
        return new AttemptOutcome.Broken(sentence(ContainerFacts.PUSH, exited) + wayOut(exited, "push"), !unauthorized(exited), exited.at());
    }

    private static AttemptOutcome pushed(Exited push) {
        String text = push.text().strip();
        return Digest.isDigest(text)
                ? new AttemptOutcome.Pushed(new Digest(text))
                : new AttemptOutcome.Broken("container image-push reported no digest but \"" + tail(text) + "\"", true, push.at());
    }

    private static String wayOut(Exited exited, String secret) {
        return unauthorized(exited)
                ? "\nThe registry refuses the credentials: mend the " + secret + " secret, and the build begins again by itself."
                : "";
    }

    private static boolean unauthorized(Exited exited) {
        return UNAUTHORIZED.matcher(exited.text()).find();
    }

    private static String sentence(String container, Exited exited) {
        String reason = exited.reason().isEmpty() || exited.reason().equals("Error") ? "" : " (" + exited.reason() + ")";
        String text = tail(exited.text());
        return "container " + container + " exited with " + exited.code() + reason + (text.isEmpty() ? "" : ": " + text);
    }

    /** The last lines; where they are too long, their end: that is where the cause stands. */
    private static String tail(String text) {
        String[] lines = text.strip().split("\\R");
        int from = Math.max(0, lines.length - SHOWN_LINES);
        String kept = String.join("\n", Arrays.copyOfRange(lines, from, lines.length));
        return kept.length() > SHOWN ? "..." + kept.substring(kept.length() - SHOWN) : kept;
    }

    private static Optional<Exited> exited(BuildPodFacts pod, String container) {
        return pod.containers().stream()
                .filter(c -> c.name().equals(container) && c.state() instanceof Exited)
                .map(c -> (Exited) c.state())
                .findFirst();
    }

    private static String doing(BuildPodFacts pod) {
        if (!pod.note().isEmpty()) {
            return "pod " + pod.name() + " is " + pod.phase() + ": " + pod.note();
        }
        for (ContainerFacts container : pod.containers()) {
            switch (container.state()) {
                case ContainerFacts.Waiting(String why) when !why.isEmpty() -> {
                    return "container " + container.name() + " waits: " + why;
                }
                case ContainerFacts.Running() -> {
                    return "container " + container.name() + " of pod " + pod.name() + " runs";
                }
                case ContainerFacts.Waiting _, Exited _ -> { }
            }
        }
        return "pod " + pod.name() + " is " + pod.phase();
    }
}
