package dev.varve.agent.decide;

import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Digest;
import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the agent must know that neither the Node nor the host can tell it: the content of {@code attempt.json}. Each change
 * is on disk before the step that it belongs to is taken.
 *
 * @param target the wanted image that the rest is about
 * @param phase of the last decision, for people
 * @param bootId of the boot in which it was written; "" where nothing was ever written
 * @param ownStage digest of what we staged last and have not seen gone
 * @param drainSince when the drain began
 * @param finalization the host was asked, or is about to be, to boot the target
 * @param lostStages stages that a shutdown lost
 * @param rollBack the host was asked, or is about to be, to go back
 * @param trouble the last failure on the way to the target
 * @param rejected digests that did not survive their boot here, newest first
 * @param origin what the node booted from before Varve
 * @param confirmed the last boot that passed its checks
 * @param health the check of this boot
 */
public record Attempt(
        Optional<Pullspec> target,
        Phase phase,
        String bootId,
        Cordon cordon,
        Optional<Digest> ownStage,
        Optional<Instant> drainSince,
        Optional<Finalization> finalization,
        int lostStages,
        Optional<RollBackIntent> rollBack,
        Optional<Trouble> trouble,
        List<Digest> rejected,
        Optional<Pullspec> origin,
        Optional<Confirmed> confirmed,
        Optional<Health> health) {

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /**
     * A boot that passed its checks.
     *
     * @param kernelArguments that were wanted with it
     */
    public record Confirmed(String bootId, Pullspec image, List<String> kernelArguments) {
        public Confirmed {
            kernelArguments = List.copyOf(kernelArguments);
        }
    }

    /**
     * The check of a boot.
     *
     * @param since when it began
     * @param goodSince since when everything has been as it should be
     */
    public record Health(Instant since, Optional<Instant> goodSince) {}

    /**
     * The host is to go back to what it ran before.
     *
     * @param bootId of the boot that asked
     * @param since when it was asked last
     */
    public record RollBackIntent(String bootId, Instant since, String cause) {}

    /** Nothing is known: the first start, or the file was lost. */
    public static final Attempt NONE = new Attempt(
            Optional.empty(),
            Phase.Idle,
            "",
            Cordon.None,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public Attempt {
        rejected = List.copyOf(rejected);
    }

    public boolean rejects(Pullspec image) {
        return rejected.contains(image.requireDigest());
    }

    /** Something failed: when it is tried again follows from its kind and the policy. */
    public Attempt failed(
            Phase during, FailureClass kind, String sentence, boolean suspect, AgentPolicy.Retry retry, Instant now, double jitter) {
        int attempts = 1 + trouble.filter(t -> t.phase() == during).map(Trouble::attempts).orElse(0);
        Optional<Duration> wait = kind.waitAfter(attempts, retry, jitter);
        return edit().trouble(new Trouble(during, kind, sentence, attempts, wait.map(now::plus), suspect)).done();
    }

    /** True where a reboot into the target has been asked for in this boot. */
    boolean asksToReboot(String boot) {
        return finalization.filter(f -> f.bootId().equals(boot)).isPresent();
    }

    /** The host took the finalization. */
    public Attempt accepted(Instant now) {
        return edit().finalization(finalization.map(f -> f.asked(now, true)))
                .done();
    }

    /** What was staged is gone. */
    public Attempt dropped() {
        return edit().ownStage(Optional.empty()).trouble(trouble.map(Trouble::cleaned)).done();
    }

    /** The stage is there: what went wrong before it is history. */
    public Attempt staged() {
        return edit().trouble(trouble.filter(t -> t.phase() != Phase.Staging)).done();
    }

    /** The waiting time is over, the count goes on. */
    public Attempt retryNow(Instant now) {
        return edit().trouble(trouble.map(t -> new Trouble(
                        t.phase(), t.kind(), t.sentence(), t.attempts(), Optional.of(now), t.suspect())))
                .done();
    }

    /** The clock was set by so much: what was begun is as old as before. */
    public Attempt shifted(Duration by) {
        return new AttemptTimes(time -> time.plus(by), time -> time.plus(by)).in(this);
    }

    /**
     * As an earlier life has left it, by a clock that may have been set back since: nothing has begun in the future, and
     * nothing is waited for longer than an hour.
     */
    public Attempt plausible(Instant now) {
        Instant latest = now.plus(LONGEST_WAIT);
        return new AttemptTimes(time -> time.isAfter(now) ? now : time, time -> time.isAfter(latest) ? latest : time).in(this);
    }

    AttemptEdit edit() {
        return new AttemptEdit(this);
    }

    static List<Digest> rejecting(List<Digest> rejected, Digest digest) {
        var newest = new ArrayList<Digest>();
        newest.add(digest);
        rejected.stream().filter(d -> !d.equals(digest)).limit(Keys.MAX_REJECTED - 1L).forEach(newest::add);
        return newest;
    }
}
