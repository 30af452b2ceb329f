package dev.varve.agent.decide;

import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Pullspec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What can be done about a failed stage (agent.md section 4). rpm-ostree has no error codes, so the host's text decides;
 * registries word the same thing differently, so there are several marks for each (rpm-ostree-dbus.md 2.11 and 7.4).
 */
public enum FailureClass {
    /** Goes away by itself: network, 5xx, busy, bus lost, and everything unknown. */
    Transient,
    /** The registry wants other credentials. */
    Credentials,
    /** No number of tries will help this image. */
    Permanent,
    /** The disk is too full. */
    Space;

    private static final List<String> SPACE = List.of("min-free-space", "no space left on device", "enospc", "disk quota exceeded");
    private static final List<String> CREDENTIALS = List.of(
            "authentication required",
            "unauthorized",
            "not authorized",
            "access to the resource is denied",
            "invalid status code from registry 401",
            "invalid status code from registry 403",
            "getting username and password",
            "invalid username/password");
    private static final List<String> PERMANENT = List.of(
            "manifest unknown",
            "name unknown",
            "repository name not known",
            "target image does not have",
            "image has architecture",
            "invalid reference format",
            "containers-policy.json",
            "source image rejected",
            "invalid signature",
            "a signature was required",
            "failed to find kernel",
            "sanity-checking final rootfs");
    private static final Pattern NEEDED = Pattern.compile("at least ([^,:]+?) requested");
    /** Longest part of the host's text that goes into a sentence, in characters. */
    private static final int SHOWN = 600;

    public static FailureClass of(String text) {
        String lower = text.toLowerCase(java.util.Locale.ROOT);
        if (SPACE.stream().anyMatch(lower::contains)) {
            return Space;
        }
        if (CREDENTIALS.stream().anyMatch(lower::contains)) {
            return Credentials;
        }
        return PERMANENT.stream().anyMatch(lower::contains) ? Permanent : Transient;
    }

    /** What happened, to what, what happens next, what can be done. */
    public String sentence(Pullspec image, String text) {
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        String what = "cannot stage " + image.abbreviated() + ": ";
        return switch (this) {
            case Transient -> what + shown + "; it is tried again by itself, the node serves meanwhile";
            case Credentials ->
                what + "registry " + image.host() + " refuses the credentials (" + shown
                        + "); mend the pull secret of the pool, it is tried again by itself";
            case Permanent -> what + shown + "; it is not tried again until the pool has another image";
            case Space ->
                what + "the disk is too full" + needed(text) + " (" + shown
                        + "); free space under /ostree and /boot, for example with rpm-ostree cleanup --rollback or by"
                        + " unpinning old deployments; it is tried again by itself";
        };
    }

    /** How long to wait after so many tries; empty where only another target helps. */
    Optional<Duration> waitAfter(int attempts, AgentPolicy.Retry retry, double jitter) {
        return switch (this) {
            case Transient -> Optional.of(Backoff.wait(retry, attempts, jitter));
            // Somebody must act, and we do not always see it done: look now and then. A new pull secret is seen at once.
            case Credentials, Space -> Optional.of(retry.cap());
            case Permanent -> Optional.empty();
        };
    }

    private static String needed(String text) {
        Matcher needed = NEEDED.matcher(text);
        return needed.find() ? ", at least " + needed.group(1).replace('\u00a0', ' ') + " more is needed" : "";
    }
}
